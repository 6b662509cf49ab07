"""A bank as large as a province, for the map alone: its ground cut into branches and grids, nobody living there."""

import math
import random

import shapely
from django.utils import timezone
from shapely import Polygon

from bench.size import Size
from demo import geography
from gridbank.days import month_before
from gridbank.scoping import waive_scope
from grids.models import Grid
from grids.services import (
    AssignmentRow,
    GridRow,
    assignments_bulk_create,
    grids_bulk_create,
)
from ground.geometry import Box
from ground.models import CURRENT
from ground.services import boundaries_bulk_set
from people.models import User
from people.services import AccountRow, accounts_bulk_create

CODE = "P"
# grids to a branch
EACH = 20
# of a grid: what a village of the county has
KM2_EACH = 21.0
TOWN = (107.3, 25.83)
# zoom levels by which one has come closer then
CLOSER = 2**1.5


def province(size: Size) -> tuple[User, Grid]:
    """Return who sees the whole province, and its root; found the bank unless an earlier run has."""
    with waive_scope("the bench looks at what it loaded"):
        if not Grid.objects.filter(code=CODE).exists():
            _found(size.map_grids // EACH)
        root = Grid.objects.get(code=CODE)
        return root.assignments.get().user, root


def viewport(root: Grid) -> Box:
    """Return the middle of the ground, as much as one sees when the map asks for grids instead of branches."""
    with waive_scope("the bench looks at what it loaded"):
        left, low, right, high = root.boundaries.filter(CURRENT).values_list(
            "min_lon", "min_lat", "max_lon", "max_lat"
        )[0]
    aside, up = (right - left) * (1 - 1 / CLOSER) / 2, (high - low) * (1 - 1 / CLOSER) / 2
    return left + aside, low + up, right - aside, high - up


def _ground(rng: random.Random, grids: int) -> Polygon:
    """Make the county's outline as large as so many villages need."""
    county = geography.county(rng)
    factor = math.sqrt(grids * KM2_EACH / geography.square_km(county))
    centre = (county.centroid.x, county.centroid.y)
    return shapely.transform(county, lambda points: ((points - [*centre]) * factor + [*centre]).round(6))


def _found(branches: int) -> None:
    rng = random.Random(8)
    since = month_before(timezone.localdate(), 1)
    whole = _ground(rng, branches * EACH)
    rows, shapes = [GridRow(CODE, "演示省行", "head_office", since)], {CODE: whole}
    seeds = geography.spread_out(rng, whole, branches, TOWN, 0)
    for number, ground in enumerate(geography.partition(rng, whole, seeds), 1):
        branch = f"{CODE}{number:04}"
        rows.append(GridRow(branch, f"第{number}支行", "branch", since, CODE))
        shapes[branch] = ground
        places = geography.spread_out(rng, ground, EACH, seeds[number - 1], 0)
        for at, piece in enumerate(geography.partition(rng, ground, places), 1):
            code = f"{branch}-{at:02}"
            rows.append(GridRow(code, f"第{number}-{at}网格", "manager", since, branch, kind="village"))
            shapes[code] = piece
    grids = grids_bulk_create(actor=None, rows=rows)
    boundaries = {
        grids[code].pk: geography.geojson(shape, geography.CENTIMETRE) for code, shape in shapes.items()
    }
    boundaries_bulk_set(actor=None, boundaries=boundaries, illustrative=True)
    head = accounts_bulk_create(actor=None, rows=[AccountRow("p0", "P0", "省行", "head_office", "!")])[0]
    assignments_bulk_create(actor=None, rows=[AssignmentRow(grids[CODE], head, since)])
