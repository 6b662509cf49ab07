"""Asking every reason: of all households in the database, then of each one in hand."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from customers.models import Household
from visits.cadence import registry
from visits.cadence.reason import Badge, Reason, Standing
from visits.models import Visit


@dataclass(frozen=True, slots=True)
class Due:
    """A household to be visited. `reasons` holds every one, the most pressing first; `days` how late it is."""

    household_id: int
    reasons: tuple[Reason, ...]
    days: int
    standing: Standing

    @property
    def why(self) -> str:
        """Return the key of the most pressing reason."""
        return self.reasons[0].key

    @property
    def order(self) -> tuple[int, int, int]:
        """Place the household: by reason, then the latest first, then by key so that equals stay put."""
        return self.reasons[0].rank, -self.days, self.household_id

    def badges(self, day: date) -> list[Badge]:
        """Return the reasons in words."""
        return [reason.words(self.standing.facts[reason.fact], day) for reason in self.reasons]


def _condition(day: date) -> Q:
    """Say in the database who is due: what a column answers is asked before what another table does."""
    condition = Q(pk__in=[])
    for reason in sorted(registry.REASONS, key=lambda reason: reason.find is not None):
        condition |= reason.condition(day)
    return condition & Q(ended_on=None)


def _facts(day: date) -> dict[str, Any]:
    return {reason.fact: reason.find(day) for reason in registry.REASONS if reason.find is not None}


def may_be_due(households: QuerySet[Household], day: date, most: int) -> Iterator[Standing]:
    """Return what the reasons ask about of the households that any of them may name; so many at most."""
    facts = list(dict.fromkeys(reason.fact for reason in registry.REASONS))
    rows = households.annotate(**_facts(day)).filter(_condition(day))
    rows = rows.order_by(*(F(fact).asc(nulls_last=True) for fact in facts), "pk")
    for pk, *days in rows.values_list("pk", *facts)[:most]:
        yield Standing(pk, dict(zip(facts, days, strict=True)))


def due_counted(households: QuerySet[Household], day: date) -> Counter[int]:
    """Return how many households of each grid are due and weren't visited on that day: counted, none of them read."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    # the time leads to the end of a household's visits, where an index has them
    seen = Visit.objects.filter(household=OuterRef("pk"), started_at__gte=begins, day=day)
    rows = households.alias(**_facts(day)).filter(_condition(day), ~Exists(seen.order_by().values("pk")))
    counted = rows.order_by().values("grid_id").annotate(due=Count("pk"))
    return Counter(dict(counted.values_list("grid_id", "due")))


def judge(standing: Standing, day: date) -> Due | None:
    """Say whether a household is due on a day, None when it can wait."""
    asked = [(reason, reason.late(standing.facts.get(reason.fact), day)) for reason in registry.REASONS]
    late = [(reason, days) for reason, days in asked if days is not None]
    if not late:
        return None
    return Due(standing.household_id, tuple(reason for reason, _days in late), late[0][1], standing)


def in_order(dues: Iterable[Due]) -> list[Due]:
    """Put the most pressing first."""
    return sorted(dues, key=lambda due: due.order)


def by_reason(dues: Iterable[Due]) -> Counter[str]:
    """Count households by their most pressing reason."""
    return Counter(due.why for due in dues)
