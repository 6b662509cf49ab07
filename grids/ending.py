"""What still stands in a grid that is to be closed: asked of the rooms above, which grids don't know."""

from collections.abc import Callable
from datetime import date

from grids.models import Grid

Standing = Callable[[Grid, date], str]
_asked: list[Standing] = []


def register(standing: Standing) -> None:
    """Take somebody to be asked; called once, when his app is ready. What he answers says what is in the way."""
    if standing not in _asked:
        _asked.append(standing)


def in_the_way(grid: Grid, last_day: date) -> str:
    """Return in words what stands in a grid now, or stood there after a day; empty when nothing does."""
    return next((said for standing in _asked if (said := standing(grid, last_day))), "")
