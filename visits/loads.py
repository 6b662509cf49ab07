"""What whoever takes a grid over has to keep: visits that are due, and days that were named at the last visit."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from customers.models import Household
from customers.selectors import household_list
from grids.loads import MOST, Chosen, Entry, Load
from people.models import User
from visits.cadence import registry
from visits.cadence.reasons.promised import REASON as PROMISED

SHOWN = ("code", "head_name", "grid_id")


def _homes(actor: User, grids: Collection[int], chosen: Chosen) -> QuerySet[Household]:
    rows: QuerySet[Household] = household_list(actor=actor).filter(grid_id__in=grids, ended_on=None)
    return rows if chosen is None else rows.filter(pk__in=chosen)


def _by_grid(rows: QuerySet[Household]) -> dict[int, int]:
    return dict(rows.select_related(None).order_by().values_list("grid_id").annotate(n=Count("pk")))


def _due(actor: User, grids: Collection[int], chosen: Chosen) -> dict[int, int]:
    today, wanted, facts = timezone.localdate(), Q(pk__in=[]), dict[str, Any]()
    for reason in registry.REASONS:
        wanted |= reason.condition(today)
        if reason.find is not None:
            facts[reason.fact] = reason.find(today)
    rows = _homes(actor, grids, chosen).alias(**facts)
    return _by_grid(rows.filter(wanted))


def _promised(actor: User, grids: Collection[int], chosen: Chosen, day: date) -> QuerySet[Any]:
    find: Any = PROMISED.find
    rows: QuerySet[Any] = _homes(actor, grids, chosen).annotate(promised_on=find(day))
    return rows.filter(promised_on__isnull=False)


def _promises(actor: User, grids: Collection[int], chosen: Chosen) -> dict[int, int]:
    rows = _promised(actor, grids, chosen, timezone.localdate())
    return _by_grid(Household.objects.visible_to(actor).filter(pk__in=rows.order_by().values("pk")))


def _entries(actor: User, grids: Collection[int], chosen: Chosen) -> list[Entry]:
    rows = _promised(actor, grids, chosen, timezone.localdate()).select_related(None).only(*SHOWN)
    return [
        Entry(
            row.head_name or row.code,
            gettext("A visit was promised"),
            row.promised_on,
            row.get_absolute_url(),
        )
        for row in rows.order_by("promised_on", "pk")[:MOST]
    ]


DUE = Load("due", gettext_lazy("Visits due"), _due)
PROMISES = Load("promises", gettext_lazy("Open promises"), _promises, _entries)
