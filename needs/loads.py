"""What a grid's households asked for and wait for: it goes over to whoever leads the grid next."""

from collections.abc import Collection

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from grids.loads import MOST, Chosen, Entry, Load
from needs.models import Need
from needs.selectors import open_needs
from people.models import User


def _open(actor: User, grids: Collection[int], chosen: Chosen) -> QuerySet[Need]:
    rows = open_needs(actor=actor).filter(household__grid_id__in=grids)
    return rows if chosen is None else rows.filter(household_id__in=chosen)


def _count(actor: User, grids: Collection[int], chosen: Chosen) -> dict[int, int]:
    rows = _open(actor, grids, chosen).select_related(None).order_by()
    return dict(rows.values_list("household__grid_id").annotate(n=Count("pk")))


def _entries(actor: User, grids: Collection[int], chosen: Chosen) -> list[Entry]:
    return [
        Entry(
            need.customer.name if need.customer else need.household.head_name, need.text, need.due_on,
            need.household.get_absolute_url(),
        )
        for need in _open(actor, grids, chosen)[:MOST]
    ]  # fmt: skip


NEEDS = Load("needs", _("Open needs"), _count, _entries)
