"""What somebody carries by the grids he leads: rooms above say what they count and what is still open there."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from people.models import User

Chosen = Collection[int] | None
"""Keys of some households; None where all of a grid's are meant."""
Count = Callable[[User, Collection[int], Chosen], dict[int, int]]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is still open: with whom, what, by when, and where it stands."""

    who: str
    text: str
    due: date | None
    url: str


Entries = Callable[[User, Collection[int], Chosen], list[Entry]]


@dataclass(frozen=True)
class Load:
    """One thing that is counted by grid, as the reader sees it; `entries` names each, so many at most."""

    key: str
    label: Any
    count: Count
    entries: Entries | None = None


MOST = 100
_loads: dict[str, Load] = {}


def register(load: Load) -> None:
    """Take something to count; called once, when its app is ready."""
    _loads[load.key] = load


def registered() -> list[Load]:
    """Return all that is counted, in the order of the rooms."""
    return list(_loads.values())
