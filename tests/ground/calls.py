"""One way to call each service of the ground app: see `tests/nets/calling.py`."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ground.cutting import Place, there
from ground.services import (
    layout_close_cell,
    layout_draw,
    layout_open,
    layout_rename,
    layout_sign,
    layout_submit,
    service_point_add,
    service_point_close,
)
from tests import factories
from tests.nets.calling import Call, call, once, row
from tests.nets.site import World

SQUARE = {"type": "Polygon", "coordinates": [[[107, 25], [107.1, 25], [107.1, 25.1], [107, 25.1], [107, 25]]]}


def point(code: str, grid: Any) -> Any:
    return row("ground.services.points", "ServicePointRow", code=code, name="点", kind="outlet", grid=grid)


def named_anew(w: World) -> dict[str, Any]:
    found = w.row("point", "mine")
    return {"point": found, "row": point(found.code, w.cast.grid_li)}


def closed(w: World) -> dict[str, Any]:
    """A point that is closed, to be opened again."""
    today = timezone.localdate()
    made = service_point_add(actor=w.cast.chen, row=point("S8", w.cast.grid_li))
    done = service_point_close(actor=w.cast.chen, point=made, closed_on=today, reason="商户搬走")
    return {"point": done, "closed_on": today}


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


def outlines(w: World) -> bytes:
    """A file that draws Li's grid."""
    feature = {"type": "Feature", "properties": {"code": w.cast.grid_li.code}, "geometry": SQUARE}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def blank(w: World) -> dict[str, Any]:
    """A draft of its own, and a grid to be drawn in it."""
    row = layout_open(actor=w.cast.chen, grid=w.cast.east, name="画出", first_day=timezone.localdate())
    return {"layout": row, "version": 1, "name": "画出的格", "shape": SQUARE}


def with_ground(w: World) -> dict[str, Any]:
    """A draft in which Li's grid has ground, and a line across it."""
    row = layout_open(actor=w.cast.chen, grid=w.cast.east, name="切开", first_day=timezone.localdate())
    row = layout_draw(actor=w.cast.chen, layout=row, version=1, cell=_cell(w), shape=SQUARE)
    line = {"type": "LineString", "coordinates": [[106.9, 25.03], [107.2, 25.03]]}
    return {"layout": row, "version": row.version, "cell": _cell(w), "line": line, "name": "切出"}


CALLS: dict[str, Call] = {
    "ground.services.boundaries.boundary_set": call(None, lambda w: {"grid": w.cast.east, "boundary": SQUARE}),
    "ground.services.boundaries.boundaries_bulk_set": call(None, lambda w: {"boundaries": {w.cast.east.pk: SQUARE}}),
    "ground.services.points.service_points_bulk_create": call(
        None,
        lambda w: {"rows": [point("S1", factories.GridFactory(parent=w.cast.east)), point("S2", w.cast.east)]},
    ),
    "ground.services.points.service_point_add": call("chen", lambda w: {"row": point("S9", w.cast.grid_li)}),
    "ground.services.points.service_point_change": call("chen", named_anew),
    "ground.services.points.service_point_close": call(
        "chen", lambda w: {"point": w.row("point", "mine"), "closed_on": timezone.localdate(), "reason": "商户搬走"}
    ),
    "ground.services.points.service_point_reopen": call("chen", closed),
    "ground.services.points.service_point_withdraw": call("chen", lambda w: {"point": w.row("point", "mine")}),
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
    "ground.services.drawing.layout_bring": call("zhao", lambda w: changed(w, file=outlines(w))),
    "ground.services.drawing.layout_draw": call("zhao", lambda w: changed(w, cell=_cell(w), shape=SQUARE)),
    "ground.services.drawing.layout_draw_new": call("zhao", blank),
    "ground.services.drawing.layout_cut": call("zhao", with_ground),
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
    "ground.services.boundaries.boundary_sentence": "says what is wrong with a boundary",
    "ground.services.points.point_row": "says again how a point stood",
    "ground.services.points.point_told": "reads a point",
    "ground.services.layouts.draft_cell": "reads a draft that is held",
    "ground.services.layouts.draft_changed": "keeps the next version in the transaction of who changes a draft",
    "ground.services.layouts.draft_held": "holds a draft for who changes it",
    "ground.services.layouts.fitting_kind": "says a kind",
    "ground.services.layouts.free_name": "reads the names of a draft",
    "ground.services.layouts.given_name": "reads a name",
    "ground.services.layouts.shape_kept": "keeps ground in the transaction of who changes a draft",
    "ground.services.layouts.layout_seal": "reads a draft",
    "ground.services.layouts.layout_signatures": "reads who signed, for the proof",
}
