"""What the page of a grid shows of its ground."""

from typing import Any

from grids.panels import Opened
from ground.selectors import service_point_list


def map_panel(opened: Opened) -> dict[str, Any]:
    """Return what the map of a grid with its neighbours needs: the map asks for the rest itself."""
    return {"grid": opened.grid}


def points_panel(opened: Opened) -> dict[str, Any]:
    """Return the open service points of a grid and of those below it."""
    rows = service_point_list(actor=opened.actor)
    return {"points": list(rows.filter(grid__path__startswith=opened.grid.path))}
