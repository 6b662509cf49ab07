"""Reading the day: whom to visit and why, and what is done already."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Min, OuterRef, Q, Subquery

from customers.enums import Relation
from customers.models import Customer, Household
from customers.selectors import customer_list, household_list
from needs.enums import NeedStatus
from needs.models import Need
from needs.selectors import need_list
from people.models import User
from visits import cadence
from visits.cadence import Due, Standing
from visits.enums import Why
from visits.models import Visit
from visits.selectors import visit_list

SHOWN = 40
MOST_CANDIDATES = 5000


@dataclass(frozen=True, slots=True)
class TodayRow:
    """A line of the day's list."""

    due: Due
    household: Household
    head: Customer | None
    need: Need | None
    day: date

    @property
    def phone(self) -> str:
        """Return the head's phone as pages show it."""
        return self.head.masked("phone") if self.head else ""

    @property
    def days_unmet(self) -> int | None:
        """Return for how many days nobody was met, None when nobody ever was."""
        last = self.due.standing.last_met_on
        return None if last is None else (self.day - last).days

    @property
    def days_promised(self) -> int:
        """Return for how many days a promise has been waiting; 0 on its day."""
        promised = self.due.standing.promised_on
        return 0 if promised is None else (self.day - promised).days

    @property
    def days_need(self) -> int:
        """Return for how many days an open need has been overdue; 0 or less when it isn't yet."""
        due = self.due.standing.need_due_on
        return 0 if due is None else (self.day - due).days


@dataclass(frozen=True, slots=True)
class Today:
    """A person's day. `counts` covers everything due, `rows` the most pressing; `done` is what he did today."""

    day: date
    rows: list[TodayRow]
    counts: Counter[Why]
    done: list[Visit] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return how many households are due."""
        return sum(self.counts.values())

    @property
    def reasons(self) -> list[tuple[Why, int]]:
        """Return each reason with its number of households, the most pressing first."""
        return [(Why(value), self.counts[Why(value)]) for value in Why.values if self.counts[Why(value)]]


def today_list(*, actor: User, day: date, shown: int = SHOWN, why: str = "") -> Today:
    """Return whom to visit on a day, in order, and what the person already did on it.

    A household he visited today is not due any more. `why` keeps one reason only.
    """
    done = list(visit_list(actor=actor).filter(staff=actor, day=day))
    seen = {visit.household_id for visit in done}
    dues = cadence.in_order(
        due for due in _dues(actor, day) if due.household_id not in seen and (not why or due.why == why)
    )
    return Today(day, _rows(actor, day, dues[:shown]), cadence.by_reason(dues), done)


def _dues(actor: User, day: date) -> list[Due]:
    due = (cadence.judge(Standing(*values), day) for values in _candidates(actor, day))
    return [each for each in due if each is not None]


def _candidates(actor: User, day: date) -> Iterable[tuple[Any, ...]]:
    """Return key, last meeting, promise and need of the households that may be due; the promise of the last visit."""
    visits = Visit.objects.filter(household=OuterRef("pk"), day__lte=day).order_by("-started_at", "-pk")
    needs = Need.objects.filter(household=OuterRef("pk"), status=NeedStatus.OPEN, due_on__isnull=False)
    soonest = needs.order_by().values("household").annotate(due=Min("due_on")).values("due")
    edge = day - timedelta(days=cadence.INTERVAL_DAYS)
    rows = household_list(actor=actor).annotate(
        promised_on=Subquery(visits.values("next_on")[:1]), need_due_on=Subquery(soonest)
    )
    rows = rows.filter(
        Q(last_met_on=None)
        | Q(last_met_on__lt=edge)
        | Q(promised_on__lte=day)
        | Q(need_due_on__lte=day + cadence.NEED_AHEAD)
    )
    rows = rows.order_by(F("promised_on").asc(nulls_last=True), F("last_met_on").asc(nulls_last=True), "pk")
    return rows.values_list("pk", "last_met_on", "promised_on", "need_due_on")[:MOST_CANDIDATES]


def _rows(actor: User, day: date, dues: list[Due]) -> list[TodayRow]:
    ids = [due.household_id for due in dues]
    homes = {home.pk: home for home in household_list(actor=actor).filter(pk__in=ids)}
    heads = {
        head.household_id: head
        for head in customer_list(actor=actor)
        .filter(household_id__in=ids, relation=Relation.HEAD)
        .select_related(None)
        .only("household_id", "name", "phone", "do_not_contact")
    }
    needs: dict[int, Need] = {}
    open_needs = need_list(actor=actor).filter(household_id__in=ids, status=NeedStatus.OPEN)
    for need in open_needs.select_related(None).order_by(F("due_on").asc(nulls_last=True), "pk"):
        needs.setdefault(need.household_id, need)
    return [
        TodayRow(due, homes[due.household_id], heads.get(due.household_id), needs.get(due.household_id), day)
        for due in dues
    ]
