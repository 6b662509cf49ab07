"""Who is told that a person agreed to something: the rooms above keep rows that say whether he had."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from customers.enums import Purpose


@dataclass(frozen=True, slots=True)
class Agreed:
    """A person who agreed to a purpose, and the day from which on that holds."""

    customer_id: int
    purpose: Purpose
    day: date


_followers: list[Callable[[Agreed], None]] = []


def register(follower: Callable[[Agreed], None]) -> None:
    """Take somebody to be told; called once, when the app is ready."""
    if follower not in _followers:
        _followers.append(follower)


def tell(agreed: Agreed) -> None:
    """Tell everybody, in the transaction in which it was written down; the person is held."""
    for follower in _followers:
        follower(agreed)
