"""One way to call each service of the ground app: see `tests/nets/calling.py`."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from ground.cutting import Place, there
from ground.services import layout_close_cell, layout_open, layout_rename, layout_sign, layout_submit
from tests import factories
from tests.nets.calling import Call, call, once, row
from tests.nets.site import World

SQUARE = {"type": "Polygon", "coordinates": [[[107, 25], [107.1, 25], [107.1, 25.1], [107, 25.1], [107, 25]]]}


def point(code: str, grid: Any) -> Any:
    return row("ground.services.points", "ServicePointRow", code=code, name="点", kind="outlet", grid=grid)


def draft(w: World) -> Any:
    """The draft that calls Li's grid otherwise."""
    return w.row("layout", "mine")


def changed(w: World, **values: Any) -> dict[str, Any]:
    row = draft(w)
    return {"layout": row, "version": row.version, **values}


@once
def handed_in(w: World) -> Any:
    """One that Chen began and submitted."""
    today = timezone.localdate()
    row = layout_open(actor=w.cast.chen, grid=w.cast.east, name="交出", first_day=today)
    row = layout_rename(actor=w.cast.chen, layout=row, version=1, cell=_cell(w), name="交出的名")
    return layout_submit(actor=w.cast.chen, layout=row, version=2, first_day=today)


@once
def signed(w: World) -> Any:
    return layout_sign(actor=w.cast.zhao, layout=handed_in(w))


@once
def village(w: World) -> Any:
    home = factories.HouseholdFactory(grid=w.cast.grid_li, area=factories.AreaFactory(), group_name="一组")
    return Place(home.grid_id, home.area_id, home.group_name)


def _cell(w: World) -> str:
    return there(w.cast.grid_li.pk)


def waiting(w: World) -> dict[str, Any]:
    signed(w)
    return {}


def shut(w: World) -> dict[str, Any]:
    """A draft that closes Li's grid, to be kept after all."""
    row = layout_open(actor=w.cast.chen, grid=w.cast.east, name="留下", first_day=timezone.localdate())
    row = layout_close_cell(actor=w.cast.chen, layout=row, version=1, cell=_cell(w))
    return {"layout": row, "version": row.version, "cell": _cell(w)}


CALLS: dict[str, Call] = {
    "ground.services.boundaries.boundary_set": call(None, lambda w: {"grid": w.cast.east, "boundary": SQUARE}),
    "ground.services.boundaries.boundaries_bulk_set": call(None, lambda w: {"boundaries": {w.cast.east.pk: SQUARE}}),
    "ground.services.points.service_points_bulk_create": call(
        None,
        lambda w: {"rows": [point("S1", factories.GridFactory(parent=w.cast.east)), point("S2", w.cast.east)]},
    ),
    "ground.services.layouts.layout_open": call(
        "zhao", lambda w: {"grid": w.cast.east, "name": "重划", "first_day": timezone.localdate() + timedelta(days=1)}
    ),
    "ground.services.layouts.layout_move": call(
        "zhao", lambda w: changed(w, places=[village(w)], cell=there(w.cast.grid_wang.pk))
    ),
    "ground.services.layouts.layout_found": call("zhao", lambda w: changed(w, name="新格")),
    "ground.services.layouts.layout_rename": call("zhao", lambda w: changed(w, cell=_cell(w), name="又一名")),
    "ground.services.layouts.layout_merge": call(
        "zhao", lambda w: changed(w, cell=_cell(w), into=there(w.cast.grid_wang.pk))
    ),
    "ground.services.layouts.layout_close_cell": call("zhao", lambda w: changed(w, cell=_cell(w))),
    "ground.services.layouts.layout_keep_cell": call("zhao", shut),
    "ground.services.layouts.layout_step_back": call("zhao", changed),
    "ground.services.layouts.layout_submit": call(
        "zhao", lambda w: changed(w, first_day=timezone.localdate() + timedelta(days=1))
    ),
    "ground.services.layouts.layout_return": call("zhao", lambda w: {"layout": handed_in(w)}),
    "ground.services.layouts.layout_sign": call("zhao", lambda w: {"layout": handed_in(w)}),
    "ground.services.layouts.layout_undo": call("zhao", lambda w: {"layout": draft(w)}),
    "ground.services.enforcing.layout_put_in_force": call(
        None, lambda w: {"layout": signed(w)}, rows=2, why="the grid is called otherwise, and the layout is in force"
    ),
    "ground.services.enforcing.layouts_due": call(
        None, waiting, rows=2, why="each layout whose day has come"
    ),
    "ground.services.register.official_counts_set": call(
        "chen",
        lambda w: {
            "grid": w.cast.east, "rows": {w.cast.grid_li.pk: 120}, "as_of": timezone.localdate(), "source": "名册",
        },
    ),
}  # fmt: skip


OTHERS: dict[str, str] = {
    "ground.services.boundaries.ground_read": "reads what somebody sent",
    "ground.services.boundaries.boundaries_store": "stores ground in the transaction of who has checked it",
    "ground.services.layouts.layout_seal": "reads a draft",
    "ground.services.layouts.layout_signatures": "reads who signed, for the proof",
}
