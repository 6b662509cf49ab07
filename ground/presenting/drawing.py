"""How a draft is drawn on: its ground for the script, and the same in lists and forms for everybody."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gridbank.addresses import address as address_of
from ground import policies
from ground.drafts import Sheet, sheet
from ground.findings import PASSED, sentence
from ground.geometry import middle, to_geojson
from ground.models import Layout
from ground.presenting.layouts import band, limits_of, said, state, tone
from people.models import User

DIGITS = 7


def address(row: Layout) -> str:
    """Return where a draft is drawn on."""
    return address_of("ground:layout-draw", row.pk)


def page(actor: User, row: Layout, wanted: str) -> dict[str, Any]:
    """Return what the page shows to this reader; `wanted` is the grid that is chosen."""
    found = sheet(actor=actor, layout=row)
    open_cells = {cell.key: cell for cell in found.open_cells}
    return {
        "row": row,
        "state": state(row),
        "tone": tone(row),
        "sheet": found,
        "chosen": wanted if wanted in open_cells else "",
        "cells": [
            {
                "cell": cell,
                "lead": found.leads.get(key),
                "before": found.before.get(key, 0),
                "after": found.after.get(key, 0),
                "has_ground": key in found.grounds,
            }
            for key, cell in open_cells.items()
        ],
        "findings": said(found),
        "mapped": {one["number"] for one in _marks(found)},
        "must": len(found.must),
        "may_change": policies.can_change(actor, row),
    }


def ground(actor: User, row: Layout) -> dict[str, Any]:
    """Return the ground of every grid that goes on, the outline, today's where it was another, and the findings' places."""
    found = sheet(actor=actor, layout=row)
    limits = limits_of(found)
    cells = []
    for cell in found.open_cells:
        if cell.key in found.grounds:
            count = found.after.get(cell.key, 0)
            cells.append(
                {
                    "key": cell.key,
                    "name": cell.name,
                    "count": count,
                    "band": band(count, limits),
                    "changed": cell.is_changed,
                    "at": middle(found.grounds[cell.key]),
                    "geometry": to_geojson(found.grounds[cell.key], DIGITS),
                }
            )
    drawn = [cell.key for cell in found.cells.values() if cell.shape is not None or cell.closed]
    return {
        "version": row.version,
        "cells": cells,
        "outline": None if found.outline is None else to_geojson(found.outline, DIGITS),
        "today": [to_geojson(found.today[key], DIGITS) for key in drawn if key in found.today],
        "marks": _marks(found),
        "tiles": settings.MAP_TILE_URL,
        "texts": _texts(),
    }


def _marks(found: Sheet) -> list[dict[str, Any]]:
    """Return every finding that has a place or is about a grid with ground, by its number in the list."""
    marks = []
    taken: dict[str, int] = {}
    for number, one in enumerate(found.findings, 1):
        key = next((key for key in one.cells if key in found.grounds or key in found.today), "")
        if one.level == PASSED or not (one.where or key):
            continue
        at = one.where or middle(found.grounds.get(key) or found.today.get(key))
        # several about one grid stand one below the other
        step = 0 if one.where else taken.get(key, 0) + 1
        if step:
            taken[key] = step
        marks.append({"at": at, "text": sentence(one), "level": one.level, "number": number, "step": step})
    return marks


def _texts() -> dict[str, str]:
    """Return every word that the script and the library show: they have none of their own."""
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "polygonStart": _("Click where the ground begins."),
        "polygonOn": _("Click for the next corner."),
        "polygonEnd": _("Click for the next corner; on the first corner to close."),
        "lineStart": _("Click beside the grid, or on its edge, where the cut begins."),
        "lineOn": _("Click where the line goes on."),
        "lineEnd": _("Click where it goes on; on the last corner to end."),
        "crossing": _("Edges must not cross each other."),
        "drag": _("Drag the corners; a click on a corner takes it out."),
        "choose": _("Click a grid on the map, or choose it in the list."),
        "chooseFirst": _("Choose the grid first, on the map or in the list."),
        "chooseGone": _("Click the grid that goes, then the one that takes it in."),
        "chooseInto": _("Now click the grid that takes it in."),
        "ready": _("Look at the form beside the map, then keep it."),
        "empty": _("No grid of this draft has ground yet: draw the first."),
    }
