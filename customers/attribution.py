"""Who is told that a household belongs elsewhere from a day on: the rooms above keep rows that say its grid."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from customers.models import Household


@dataclass(frozen=True, slots=True)
class Moved:
    """A household that belongs to its grid from a day on."""

    household: Household
    first_day: date


Follower = Callable[[Moved], None]
_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Take somebody to be told; called once, when the app is ready."""
    if follower not in _followers:
        _followers.append(follower)


def tell(moved: Moved) -> None:
    """Tell everybody, in the transaction of the move; the household is held."""
    for follower in _followers:
        follower(moved)
