"""How chosen households are found and go to another grid: the room that keeps them says so, which grids don't know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from grids.models import Grid
from people.models import User


@dataclass(frozen=True)
class Wards:
    """`find` returns the keys of a grid's households by their numbers; `hand` moves them by a day, or is Refused.

    `hand` returns the keys of those that moved: what ended since the handover was opened stays where it was.
    `listed` returns a grid's households as somebody may see them, each with its number and how it is named.
    """

    find: Callable[[User, Grid, Collection[str]], dict[str, int]]
    hand: Callable[[User, Collection[int], Grid, Grid, date], list[int]]
    listed: Callable[[User, Grid], list[tuple[str, str]]]


_kept: list[Wards] = []


def register(wards: Wards) -> None:
    """Take the one who keeps them; called once, when his app is ready."""
    _kept[:] = [wards]


def kept() -> Wards:
    """Return him. Raises IndexError where no room keeps any."""
    return _kept[0]
