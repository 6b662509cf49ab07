"""Who is told that a household belongs elsewhere from a day on: the rooms above keep rows that say its grid."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from customers.models import Customer, Household


@dataclass(frozen=True, slots=True)
class Moved:
    """A household that belongs to its grid from a day on, and no more to the one it left."""

    household: Household
    first_day: date
    left_id: int


Follower = Callable[[Moved], None]
_followers: dict[Follower, bool] = {}


def register(follower: Follower, *, after_months: bool = False) -> None:
    """Take somebody to be told; called once, when the app is ready.

    Whoever writes to rows that come after the months in the order of locks is told after those are held.
    """
    _followers[follower] = after_months


def tell(moved: Moved, *, after_months: bool) -> None:
    """Tell everybody of one of the two, in the transaction of the move; the household is held."""
    for follower, is_after in _followers.items():
        if is_after == after_months:
            follower(moved)


@dataclass(frozen=True, slots=True)
class Resettled:
    """A person who lives in his household from today on, and the one that he left."""

    person: Customer
    left: Household


_settlers: list[Callable[[Resettled], None]] = []


def register_resettled(follower: Callable[[Resettled], None]) -> None:
    """Take somebody to be told of people who move; called once, when the app is ready."""
    if follower not in _settlers:
        _settlers.append(follower)


def tell_resettled(moved: Resettled) -> None:
    """Tell everybody, in the transaction of the move; both households and the person are held."""
    for follower in _settlers:
        follower(moved)
