"""What follows a person whose archive goes into another one: the rooms above keep rows that hang on him.

Each says how its rows go along, how they come back, and what stands there: by that it is known whether anything was
built on a merge since.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise

from gridbank.lookups import portions
from gridbank.turns import locked

Keys = list[Any]


class Turn(IntEnum):
    """When rows are held: whoever waits for others does so in one order."""

    BEFORE_MONTHS = 0
    AFTER_PEOPLE = 1
    AFTER_CLAIMS = 2


@dataclass(frozen=True, slots=True)
class Follower:
    """Rows of one kind that hang on a person, by their column `customer`.

    `stays` says of two people which rows of the first can't go along, because the second has the same: they stay
    behind, unseen. `says` are the columns by which it is seen that somebody worked on a row. `day` is the column of the
    day in whose month a row stands, if it stands in one; `earns` says that whose it is decides what counts of it.
    """

    key: str
    label: str | Promise
    rows: Callable[[], QuerySet[Any]]
    says: tuple[str, ...]
    turn: Turn = Turn.AFTER_PEOPLE
    stays: Callable[[int, int], Collection[Any]] = lambda _gone, _keep: ()
    day: str = ""
    earns: bool = False

    def of(self, person: int) -> QuerySet[Any]:
        """Return a person's rows."""
        return self.rows().filter(customer_id=person).order_by("pk")

    def move(self, gone: int, keep: int) -> Keys:
        """Let the rows go along; returns their keys."""
        found = list(locked(self.of(gone)).values_list("pk", flat=True))
        left = set(self.stays(gone, keep))
        moved = [pk for pk in found if pk not in left]
        self._give(moved, keep)
        return moved

    def back(self, keys: Keys, gone: int) -> None:
        """Let rows that went along come back."""
        self._give(keys, gone)

    def days(self, **which: Any) -> set[date]:
        """Return the days of some rows, of each that stands in a month."""
        rows = self.rows().filter(**which).order_by() if self.day else None
        return set() if rows is None else set(rows.values_list(self.day, flat=True).distinct())

    def _give(self, keys: Keys, to: int) -> None:
        for some in portions(keys):
            rows = self.rows().filter(pk__in=some).order_by("pk")
            list(locked(rows).values_list("pk", flat=True))
            rows.update(customer_id=to)

    def told(self, person: int) -> list[list[str]]:
        """Return what stands in a person's rows, as it may be compared later."""
        return [[str(value) for value in row] for row in self.of(person).values_list("pk", *self.says)]


_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Take rows that follow; called once for each kind, when the app that owns it is ready."""
    if follower.key not in {one.key for one in _followers}:
        _followers.append(follower)


def followers(*turns: Turn) -> list[Follower]:
    """Return what follows, in the order of the apps: what is held at these turns, or all of it."""
    return [one for one in _followers if not turns or one.turn in turns]


def counted(actor: Any, people: Collection[int]) -> list[tuple[str | Promise, list[int]]]:
    """Return of each kind how many rows hang on each of these people, as far as the actor may know of them."""
    found = []
    for one in _followers:
        rows: Any = one.rows()
        rows = rows.visible_to(actor).filter(customer_id__in=people).order_by()
        counts = dict(rows.values_list("customer_id").annotate(count=Count("pk")))
        found.append((one.label, [counts.get(pk, 0) for pk in people]))
    return found
