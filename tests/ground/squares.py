"""Ground for the cast: three squares in a row, and a service point."""

from datetime import date

from gridbank.scoping import waive_scope
from ground.models import Boundary
from ground.services import ServicePointRow, boundaries_bulk_set, service_points_bulk_create


def square(x, y=25.0, size=0.1):
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def versions(grid):
    """Return every version of a grid's ground in its order."""
    with waive_scope("tests look at every version"):
        return list(Boundary.objects.filter(grid=grid).order_by("version"))


def give_ground(cast):
    grids = [cast.grid_li, cast.grid_wang, cast.grid_wu]
    boundaries_bulk_set(
        actor=None,
        boundaries={grid.pk: square(107 + place / 10) for place, grid in enumerate(grids)},
        illustrative=True,
    )
    rows = [
        ServicePointRow(f"SP{grid.pk}", f"{grid.name}服务点", "village_point", grid, None, lon, 25.05)
        for grid, lon in zip(grids, (107.05, 107.15, 107.25), strict=True)
    ]
    service_points_bulk_create(actor=None, rows=rows)


DAY = date(2026, 6, 15)
