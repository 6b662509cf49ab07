"""What a reason for a visit says of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Badge:
    """A reason in words beside a household; `tone` is how urgently it looks."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a household: the facts by the names that the reasons gave them."""

    household_id: int
    facts: Mapping[str, date | None]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a visit. It looks at one fact, a day, and says everything about it, so that nothing is forgotten.

    `condition` and `late` are the same rule, once for the database and once for a household in hand: where the
    condition is narrower, households are hidden that the reason would show.
    """

    key: str
    label: Any
    # the most pressing reason has the lowest
    rank: int
    # the name of the fact; None for `find` when it is a column of the household
    fact: str
    find: Callable[[date], Any] | None
    condition: Callable[[date], Q]
    # by how many days a household is late, None when it can wait
    late: Callable[[date | None, date], int | None]
    words: Callable[[date | None, date], Badge]
