"""Which months are closed: asked of the rankings, which this app doesn't know."""

from collections.abc import Callable
from datetime import date

from grids.models import Grid

IsClosed = Callable[[Grid, date], bool]
_predicates: list[IsClosed] = []


def register(predicate: IsClosed) -> None:
    """Take a judge; called once, when the app that owns the months is ready. One that says closed is enough."""
    if predicate not in _predicates:
        _predicates.append(predicate)


def is_closed(grid: Grid, day: date) -> bool:
    """Say whether a day's month no longer takes visits into account in the bank that the grid belongs to."""
    return any(predicate(grid, day) for predicate in _predicates)
