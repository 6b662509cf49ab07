"""Asking every reason: of all households in the database, then of each one in hand."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from customers.models import Household
from visits.cadence import registry
from visits.cadence.reason import Badge, Reason, Standing


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


def may_be_due(households: QuerySet[Household], day: date, most: int) -> Iterator[Standing]:
    """Return what the reasons ask about of the households that any of them may name; so many at most."""
    found = {reason.fact: reason.find(day) for reason in registry.REASONS if reason.find is not None}
    facts = list(dict.fromkeys(reason.fact for reason in registry.REASONS))
    condition = Q(pk__in=[])
    for reason in registry.REASONS:
        condition |= reason.condition(day)
    rows = households.annotate(**found).filter(condition, ended_on=None)
    rows = rows.order_by(*(F(fact).asc(nulls_last=True) for fact in facts), "pk")
    for pk, *days in rows.values_list("pk", *facts)[:most]:
        yield Standing(pk, dict(zip(facts, days, strict=True)))


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
