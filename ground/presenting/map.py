"""What a map shows: the grids a person may see, coloured by a measure, light enough to send."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from gridbank.days import in_force
from grids import measures
from grids.enums import GridNature, Tier
from grids.models import Grid
from grids.presenting import show_value
from grids.selectors import grid_list, lead_names, names_on
from ground.enums import ServicePointKind
from ground.geometry import Box, light_geojson, packed, read_stored
from ground.scale import Scale
from ground.selectors import boundary_list, service_point_list
from people.models import User

MOST_GRIDS = 5_000
MOST_POINTS = 5_000
# steps across the picture: finer than a large screen shows, so that one may come closer
DETAIL = 3_000
# the same for what is drawn anew as soon as one comes closer: as fine as a screen shows
ROUGH = 1_000
# and for a picture beside other things
SMALL = 500


@dataclass
class MapRow:
    """One grid on the map and in the list beside it."""

    grid: Grid
    lead: User | None
    households: measures.Value
    value: measures.Value
    text: str
    band: int | None
    mark: str
    gap: str


@dataclass
class MapView:
    """What is asked of a map."""

    measure: measures.Measure
    tier: str = Tier.MANAGER
    around: Grid | None = None
    box: Box | None = None
    scale: Scale | None = None
    """The classes of what is shown, once the rows are read."""
    day: date | None = None
    """A day that is over, whose cut is shown; what is measured is of today only and has no colour then."""
    is_packed: bool = False
    """Whether shapes come as steps from point to point (`packed`), for who can unpack them."""
    is_rough: bool = False
    """Whether it is a picture beside other things, into which nobody comes closer."""
    in_parts: bool = False
    """Whether the whole is too much for one answer: branches stand for it, then one viewport after the other."""


def _chosen(actor: User, view: MapView) -> QuerySet[Grid]:
    day = view.day or timezone.localdate()
    rows = grid_list(actor=actor).filter(in_force(day), tier=view.tier, nature=GridNature.BASE)
    if view.around is not None:
        above = view.around.path
        # with the neighbours of its branch, as far as he may see them
        if view.around.tier == Tier.MANAGER:
            above = above.removesuffix(f"{view.around.pk}/")
        rows = rows.filter(path__startswith=above)
    if view.box is not None:
        left, low, right, high = view.box
        stands = Q(boundaries__valid_to=None) if view.day is None else in_force(view.day, "boundaries__")
        rows = rows.filter(
            stands,
            boundaries__min_lon__lte=right,
            boundaries__max_lon__gte=left,
            boundaries__min_lat__lte=high,
            boundaries__max_lat__gte=low,
        )
    return rows


def _too_many(actor: User, view: MapView) -> bool:
    return _chosen(actor, view).order_by()[: MOST_GRIDS + 1].count() > MOST_GRIDS


def map_rows(*, actor: User, view: MapView) -> list[MapRow]:
    """Return the grids of the map with their values, those that want attention first.

    When there are more than a map can show, its branches stand for them.
    """
    everything = dict(Grid.objects.visible_to(actor).values_list("pk", "path"))
    if view.tier == Tier.MANAGER and len(everything) > MOST_GRIDS and _too_many(actor, view):
        view.tier, view.in_parts = Tier.BRANCH, True
    rows = list(_chosen(actor, view)[:MOST_GRIDS])
    within = view.around.path if view.around is not None and view.around.tier != Tier.MANAGER else ""
    values, counts = dict[int, measures.Value](), dict[int, measures.Value]()
    if view.day is None:
        values = measures.values(actor=actor, key=view.measure.key, paths=everything, within=within)
        counts = measures.sizes(actor=actor, paths=everything, within=within)
    else:
        names = names_on(grids=rows, day=view.day)
        for grid in rows:
            # shown, never saved
            grid.name = names[grid.pk]
    leads = lead_names([grid.pk for grid in rows], view.day or timezone.localdate())
    pace = view.measure.pace(actor) if view.measure.pace else None
    view.scale = scale = Scale.of(view.measure, pace, [values.get(grid.pk) for grid in rows])
    found = []
    for grid in rows:
        value = values.get(grid.pk)
        said = show_value(view.measure, value), scale.band(value), scale.mark(value), scale.gap(value)
        found.append(MapRow(grid, leads.get(grid.pk), counts.get(grid.pk), value, *said))
    found.sort(key=lambda row: (row.value is None, -(scale.worse(row.value) or 0), row.grid.code))
    return found


def legend(view: MapView, rows: list[MapRow]) -> list[dict[str, Any]]:
    """Return what the colours mean, the worst first, with how many grids each holds; then what has no colour."""
    assert view.scale is not None, "read the rows first"
    classes = view.scale.legend([row.value for row in rows])
    unknown = sum(row.band is None for row in rows)
    vacant = sum(row.lead is None for row in rows)
    return [
        *classes,
        {"colour": "none", "text": _("no data"), "count": unknown},
        {"colour": "vacant", "text": _("Unassigned"), "count": vacant},
    ]


def title(view: MapView) -> str:
    """Say what the colours are measured by."""
    if view.scale is None or view.scale.pace is None:
        return str(view.measure.label)
    pace = number_format(view.scale.pace, decimal_pos=1)
    return _("%(measure)s, points behind the pace of %(pace)s%%") % {
        "measure": view.measure.label,
        "pace": pace,
    }


def _features(actor: User, view: MapView, rows: list[MapRow]) -> tuple[list[dict[str, Any]], bool]:
    shown = {row.grid.pk: row for row in rows}
    stored = (
        boundary_list(actor=actor, day=view.day)
        .filter(grid__in=shown)
        .order_by("grid__path")
        .values_list("grid_id", Cast("geojson", TextField()), "is_illustrative")
    )
    grounds = dict(zip([pk for pk, *_ in stored], read_stored([text for _, text, _ in stored]), strict=True))
    illustrative = any(made_up for _, _, made_up in stored)
    boxes = [ground.bounds for ground in grounds.values()]
    width = max((box[2] for box in boxes), default=0) - min((box[0] for box in boxes), default=0)
    steps = ROUGH if view.in_parts or view.box is not None else DETAIL
    step = (width or 1) / (SMALL if view.is_rough else steps)
    digits = min(5, max(3, math.ceil(-math.log10(step))))
    shapes = light_geojson(list(grounds.values()), digits, step)
    found = []
    for pk, shape in zip(grounds, shapes, strict=True):
        row = shown[pk]
        properties = {
            "name": row.grid.name,
            "value": row.text,
            "band": row.band,
            "lead": row.lead.name if row.lead else "",
            "households": row.households,
            "branch": row.grid.parent_id,
        }
        if row.mark:
            properties["mark"] = row.mark
        if view.around is not None and pk == view.around.pk:
            properties["focus"] = True
        feature = {"type": "Feature", "id": pk, "properties": properties, "geometry": shape}
        if view.is_packed:
            feature["geometry"] = {"unit": 10**digits, "packed": packed(shape, digits)}
        found.append(feature)
    return found, illustrative


def _points(actor: User, view: MapView) -> list[list[Any]]:
    rows = service_point_list(actor=actor).exclude(longitude=None)
    if view.around is not None:
        rows = rows.filter(grid__path__startswith=view.around.path)
    if view.box is not None:
        left, low, right, high = view.box
        rows = rows.filter(longitude__gte=left, longitude__lte=right, latitude__gte=low, latitude__lte=high)
    return [
        [point.kind, point.name, round(point.longitude or 0, 5), round(point.latitude or 0, 5)]
        for point in rows[:MOST_POINTS]
    ]


def _texts(view: MapView) -> dict[str, str]:
    """Return every word the map's script shows: it has none of its own."""
    return {
        "measure": str(view.measure.label),
        "lead": _("Lead"),
        "vacant": _("Unassigned"),
        "households": _("Households"),
        "open": _("Open the grid"),
        "illustrative": _("Illustrative boundaries, not surveyed"),
        "empty": _("No boundary has been drawn here yet."),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "close": _("Close"),
    }


def map_data(*, actor: User, view: MapView) -> dict[str, Any]:
    """Return the map as a GeoJSON feature collection with legend and service points beside the features."""
    rows = map_rows(actor=actor, view=view)
    features, illustrative = _features(actor, view, rows)
    return {
        "type": "FeatureCollection",
        "features": features,
        "measure": {"key": view.measure.key, "label": str(view.measure.label)},
        "tier": view.tier,
        "illustrative": illustrative,
        "title": title(view),
        "legend": legend(view, rows),
        "points": [] if view.is_rough else _points(actor, view),
        "detail": reverse("grids:detail", args=[0]),
        "tiles": settings.MAP_TILE_URL,
        "kinds": {kind.value: str(kind.label) for kind in ServicePointKind},
        "texts": _texts(view),
    }
