"""Who lives on the ground that is cut: the room that keeps households says so, which the ground doesn't know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from grids.models import Grid
from people.models import User


@dataclass(frozen=True, slots=True)
class Group:
    """The households of one village group in one grid; the village and the group may be unknown.

    `households` are those of today; with those that ended a group may have none.
    """

    grid_id: int
    area_id: int | None
    group_name: str
    households: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a household lives, WGS-84, with the group it belongs to."""

    grid_id: int
    area_id: int | None
    group_name: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Going:
    """A village group that leaves grids for another one."""

    left: Collection[int]
    area_id: int | None
    group_name: str
    entered: Grid


@dataclass(frozen=True)
class Dwellers:
    """Households below a path, as the reader sees them; None is the installation itself.

    `spots` returns at most so many. `move` lets groups belong to other grids from today on, in somebody's name, in the
    transaction of the caller, who holds the grids; it returns the keys of the households that moved. Raises Refused.
    """

    groups: Callable[[User | None, str], list[Group]]
    spots: Callable[[User | None, str, int], list[Spot]]
    move: Callable[[User, Collection[Going], date], list[int]]


_kept: list[Dwellers] = []


def register(dwellers: Dwellers) -> None:
    """Take the one who keeps them; called once, when his app is ready."""
    _kept[:] = [dwellers]


def kept() -> Dwellers:
    """Return him. Raises IndexError where no room keeps any."""
    return _kept[0]
