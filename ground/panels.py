"""What the page of a grid shows of its ground."""

from typing import Any

from grids.panels import Opened


def map_panel(opened: Opened) -> dict[str, Any]:
    """Return what the map of a grid with its neighbours needs: the map asks for the rest itself."""
    return {"grid": opened.grid}
