"""How the room's pages are drawn: the map, and coverage."""

from ground.presenting.coverage import coverage_shown, orders
from ground.presenting.map import MapRow, MapView, legend, map_data, map_rows, title

__all__ = [
    "MapRow",
    "MapView",
    "coverage_shown",
    "legend",
    "map_data",
    "map_rows",
    "orders",
    "title",
]
