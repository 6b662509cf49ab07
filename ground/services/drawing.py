"""Ground in a draft: brought by a file, drawn on the map, cut along a line."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from gridbank.errors import Refused
from grids.enums import PeerGroup
from ground import cutting
from ground.cutting import Content
from ground.datum import to_wgs84
from ground.drafts import Sheet
from ground.enums import Datum, LayoutAct, Strangers
from ground.geometry import BoundaryError, Ground, cut_along, read_boundary, read_line, snapped, to_geojson
from ground.models import Layout
from ground.outlines import Outline, read_outlines, unfit
from ground.services.boundaries import boundary_sentence
from ground.services.layouts import (
    draft_cell,
    draft_changed,
    draft_held,
    fitting_kind,
    free_name,
    given_name,
    shape_kept,
)
from ground.yielding import yielded
from people.models import User

NAMED = 5
DIGITS = 7


def _refuse(error: BoundaryError, field: str, outline: Outline | None = None) -> Refused:
    said = boundary_sentence(error)
    if outline is not None:
        said = _("Boundary %(outline)s: %(why)s") % {"outline": outline.label, "why": said}
    return Refused(said, field=field)


def _stored(ground: Ground) -> Any:
    """Return ground as it is kept, and prove that it still is a boundary with so many digits. Raises BoundaryError."""
    kept = to_geojson(ground, DIGITS)
    read_boundary(kept)
    return kept


def _drawn(outlines: Iterable[Outline], datum: str) -> list[tuple[Outline, Any]]:
    found = []
    for outline in outlines:
        try:
            found.append((outline, _stored(to_wgs84(read_boundary(outline.geometry), datum))))
        except BoundaryError as error:
            raise _refuse(error, "file", outline) from error
    return found


def _known(found: Sheet) -> tuple[dict[str, str], dict[str, str]]:
    """Return the open cells by code, their village's included, and by name, as far as one has it alone."""
    codes, names = Counter[str](), Counter[str]()
    by_code, by_name = {}, {}
    for cell in found.open_cells:
        grid = found.grids.get(cell.grid_id or 0)
        own = {grid.code, grid.area.code if grid.area else grid.code} if grid else set()
        for code in own:
            codes[code] += 1
            by_code[code] = cell.key
        for name in {cell.name, cell.renamed_from} - {""}:
            names[name] += 1
            by_name[name] = cell.key
    return (
        {code: key for code, key in by_code.items() if codes[code] == 1},
        {name: key for name, key in by_name.items() if names[name] == 1},
    )


def _matched(found: Sheet, outlines: Iterable[Outline]) -> tuple[dict[int, str], list[Outline]]:
    """Return the cells of the outlines by their number, and those that no grid of the draft is called like."""
    codes, names = _known(found)
    cells: dict[int, str] = {}
    strangers = []
    for outline in outlines:
        key = codes.get(outline.code) or names.get(outline.name)
        if key is None:
            strangers.append(outline)
        elif key in cells.values():
            named = {"grid": found.cells[key].name}
            raise unfit(_("Two boundaries of the file are those of %(grid)s.") % named)
        else:
            cells[outline.number] = key
    return cells, strangers


def _founded(found: Sheet, content: Content, strangers: Iterable[Outline]) -> tuple[Content, dict[int, str]]:
    cells: dict[int, str] = {}
    names: set[str] = set()
    for outline in strangers:
        name = free_name(found, given_name(outline.name or outline.code))
        if name in names:
            raise unfit(_("Two boundaries of the file are called %(name)s.") % {"name": name})
        names.add(name)
        content, cells[outline.number] = cutting.founded(
            content, name, fitting_kind(found.layout), PeerGroup.COUNTRY
        )
    return content, cells


@transaction.atomic
def layout_bring(
    *,
    actor: User,
    layout: Layout,
    version: int,
    file: bytes,
    datum: str = Datum.WGS_84,
    strangers: str = Strangers.REFUSED,
) -> Layout:
    """Give grids of the draft the ground that a file draws, found by code or name. Raises Refused, PermissionDenied.

    Whatever is wrong with one boundary keeps all of them out, and is said with its place; what they make of each other
    and of those that stay is for the check of the draft.
    """
    drawn = _drawn(read_outlines(file), datum)
    found = draft_held(actor, layout, version)
    cells, others = _matched(found, [outline for outline, _shape in drawn])
    content = found.content
    if others and strangers == Strangers.FOUNDED:
        content, new = _founded(found, content, others)
        cells |= new
    elif (others and strangers == Strangers.REFUSED) or not cells:
        named = "; ".join(outline.label for outline in others[:NAMED])
        raise unfit(_("No grid of the draft has this code or name: %(outlines)s") % {"outlines": named})
    for outline, shape in drawn:
        if outline.number in cells:
            content = cutting.drawn(content, cells[outline.number], shape_kept(found.layout, shape))
    told = _("%(count)s boundaries, %(left)s left out") % {
        "count": len(cells),
        "left": len(drawn) - len(cells),
    }
    return draft_changed(actor, found, LayoutAct.BROUGHT, told, content)


def _others(found: Sheet, key: str = "") -> dict[str, Ground]:
    return {
        name: ground for name, ground in found.grounds.items() if name != key and not found.cells[name].closed
    }


def _sketched(found: Sheet, key: str, shape: Any) -> Ground:
    """Return what was drawn, its corners on those of its neighbours. Raises BoundaryError."""
    outline = [] if found.outline is None else [found.outline]
    return snapped(read_boundary(shape), list(_others(found, key).values()) + outline)


def _laid(found: Sheet, content: Content, key: str, ground: Ground) -> Content:
    """Lay ground down and let its neighbours follow; whoever all lives on what changes hands goes with it."""
    for name, now in yielded(key, ground, _others(found)).items():
        if now is None:
            raise Refused(
                _("Nothing would be left of %(grid)s. Merge the two instead.") % {"grid": found.cells[name].name},
                field="shape",
            )  # fmt: skip
        content = cutting.drawn(content, name, shape_kept(found.layout, _stored(now)))
        won = now if name not in found.grounds else now.difference(found.grounds[name])
        content = cutting.moved(content, _living(found, won, but=name), name)
    return content


@transaction.atomic
def layout_draw(
    *, actor: User, layout: Layout, version: int, cell: str, shape: Any, follow: bool = False
) -> Layout:
    """Give a grid of the draft the ground drawn on the map, its corners on its neighbours'. Raises Refused, PermissionDenied.

    With `follow` the neighbours give what it covers and take what it leaves, with whoever lives there.
    """
    found = draft_held(actor, layout, version)
    there = draft_cell(found, cell)
    try:
        ground = _sketched(found, cell, shape)
        if follow:
            content = _laid(found, found.content, cell, ground)
        else:
            content = cutting.drawn(found.content, cell, shape_kept(found.layout, _stored(ground)))
    except BoundaryError as error:
        raise _refuse(error, "shape") from error
    return draft_changed(actor, found, LayoutAct.DRAWN, there.name, content)


@transaction.atomic
def layout_draw_new(
    *, actor: User, layout: Layout, version: int, name: str, shape: Any, follow: bool = False
) -> Layout:
    """Found a grid on the ground drawn on the map; whoever all lives there goes with it. Raises Refused, PermissionDenied."""
    found = draft_held(actor, layout, version)
    name = free_name(found, given_name(name))
    content, key = cutting.founded(found.content, name, fitting_kind(found.layout), PeerGroup.COUNTRY)
    try:
        ground = _sketched(found, key, shape)
        if follow:
            content = _laid(found, content, key, ground)
        else:
            content = cutting.drawn(content, key, shape_kept(found.layout, _stored(ground)))
            content = cutting.moved(content, _living(found, ground), key)
    except BoundaryError as error:
        raise _refuse(error, "shape") from error
    return draft_changed(actor, found, LayoutAct.DRAWN, name, content)


@transaction.atomic
def layout_cut(*, actor: User, layout: Layout, version: int, cell: str, line: Any, name: str) -> Layout:
    """Cut a grid's ground along a line: the larger part stays, the other is a new grid. Raises Refused, PermissionDenied.

    The villages and groups whose households all live on the new part go with it; the others stay and are moved by list.
    """
    found = draft_held(actor, layout, version)
    there = draft_cell(found, cell)
    name = free_name(found, given_name(name))
    if cell not in found.grounds:
        raise Refused(_("%(grid)s has no ground on the map.") % {"grid": there.name}, field="cell")
    try:
        parts = cut_along(found.grounds[cell], read_line(line))
        if len(parts) != 2:  # noqa: PLR2004  one line, two sides
            raise Refused(_("The line must cross the grid once, from edge to edge."), field="line")
        stays, goes = (_stored(part) for part in sorted(parts, key=lambda part: -part.area))
    except BoundaryError as error:
        raise _refuse(error, "line") from error
    content, key = cutting.founded(found.content, name, fitting_kind(found.layout), PeerGroup.COUNTRY)
    content = cutting.drawn(content, cell, shape_kept(found.layout, stays))
    content = cutting.drawn(content, key, shape_kept(found.layout, goes))
    content = cutting.moved(content, _living(found, shapely.geometry.shape(goes), of=cell), key)
    told = _("%(before)s → %(name)s") % {"before": there.name, "name": name}
    return draft_changed(actor, found, LayoutAct.DRAWN, told, content)


def _living(found: Sheet, ground: Ground, *, of: str = "", but: str = "") -> list[cutting.Place]:
    """Return the places whose located households all live on a ground: those of one cell, or of all but one."""
    if not found.homes or ground.is_empty:
        return []
    east, north = np.array([home[1:] for home in found.homes]).T
    shapely.prepare(ground)
    outside = {
        place
        for (place, _lon, _lat), lives in zip(
            found.homes, shapely.intersects_xy(ground, east, north).tolist(), strict=True
        )
        if not lives
    }
    inside = {place for place, _lon, _lat in found.homes} - outside
    return [
        row.place
        for row in found.rows
        if row.place in inside and row.target != but and (not of or row.target == of)
    ]
