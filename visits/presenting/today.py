"""Reading the day: whom to visit and why, and what is done already."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from customers.conditions import approachable_q
from customers.enums import Relation
from customers.models import Customer, Household
from customers.selectors import customer_list, household_list
from needs.models import Need
from needs.selectors import open_needs
from people.models import User
from visits import cadence
from visits.cadence import Badge, Due
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
    def badges(self) -> list[Badge]:
        """Return why in words."""
        return self.due.badges(self.day)

    @property
    def place(self) -> str:
        """Say where one goes to: the grid and the group in it."""
        return " · ".join(filter(None, (self.household.grid.name, self.household.group_name)))

    @property
    def way(self) -> tuple[str, str]:
        """Return where it lies along the way: grid by grid, group by group."""
        return self.household.grid.code, self.household.group_name


@dataclass(frozen=True, slots=True)
class Stretch:
    """Households that lie together along the way, numbered through the whole list."""

    place: str
    rows: list[tuple[int, TodayRow]]


@dataclass(frozen=True, slots=True)
class Today:
    """A person's day. `counts` covers everything due, `rows` the most pressing; `done` is what he did today."""

    day: date
    rows: list[TodayRow]
    counts: Counter[str]
    done: list[Visit] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return how many households are due."""
        return sum(self.counts.values())

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Return each reason with its number of households, the most pressing first."""
        return [(key, self.counts[key]) for key, _label in cadence.choices() if self.counts[key]]

    def stretches(self, *, along_the_way: bool) -> list[Stretch]:
        """Return the rows by where they lie, in each place the most pressing first; or all in one, as they press."""
        if not along_the_way:
            return [Stretch("", list(enumerate(self.rows, 1)))] if self.rows else []
        rows = enumerate(sorted(self.rows, key=lambda row: row.way), 1)
        by_place = groupby(rows, key=lambda numbered: numbered[1].way)
        return [Stretch(found[0][1].place, found) for found in (list(each) for _way, each in by_place)]


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
    homes = household_list(actor=actor).filter(approachable_q())
    standings = cadence.may_be_due(homes, day, MOST_CANDIDATES)
    due = (cadence.judge(standing, day) for standing in standings)
    return [each for each in due if each is not None]


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
    for need in open_needs(actor=actor).filter(household_id__in=ids).select_related(None):
        needs.setdefault(need.household_id, need)
    return [
        TodayRow(due, homes[due.household_id], heads.get(due.household_id), needs.get(due.household_id), day)
        for due in dues
    ]
