"""One way to call each service of the ground app: see `tests/nets/calling.py`."""

from typing import Any

from django.utils import timezone

from tests import factories
from tests.nets.calling import Call, call, row

SQUARE = {"type": "Polygon", "coordinates": [[[107, 25], [107.1, 25], [107.1, 25.1], [107, 25.1], [107, 25]]]}


def point(code: str, grid: Any) -> Any:
    return row("ground.services.points", "ServicePointRow", code=code, name="点", kind="outlet", grid=grid)


CALLS: dict[str, Call] = {
    "ground.services.boundaries.boundary_set": call(None, lambda w: {"grid": w.cast.east, "boundary": SQUARE}),
    "ground.services.boundaries.boundaries_bulk_set": call(None, lambda w: {"boundaries": {w.cast.east.pk: SQUARE}}),
    "ground.services.points.service_points_bulk_create": call(
        None,
        lambda w: {"rows": [point("S1", factories.GridFactory(parent=w.cast.east)), point("S2", w.cast.east)]},
    ),
    "ground.services.register.official_counts_set": call(
        "chen",
        lambda w: {
            "grid": w.cast.east, "rows": {w.cast.grid_li.pk: 120}, "as_of": timezone.localdate(), "source": "名册",
        },
    ),
}  # fmt: skip

OTHERS: dict[str, str] = {}
