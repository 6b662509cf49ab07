"""Giving grids their ground."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.days import day_before, not_over
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids.authority import Act
from grids.enums import GridNature, Tier
from grids.models import Grid
from grids.selectors import grid_list
from grids.services.access import SYSTEM, grid_locked, grids_locked
from ground.actions import Action
from ground.geometry import BoundaryError, Ground, overlaps, read_boundary, share_outside, to_geojson
from ground.models import CURRENT, Boundary
from people.models import User

OUTSIDE = 1e-3
NAMED = 5
BATCH = 100
NEIGHBOURS = "a boundary is checked against every neighbour, seen or not"
Drawn = tuple[Grid, Ground]


def boundary_sentence(error: BoundaryError) -> str:
    """Say what is wrong with a boundary, and where."""
    reasons = {
        "not_a_polygon": _("The boundary must be a GeoJSON polygon or multipolygon."),
        "malformed": _(
            "The boundary is not valid GeoJSON: a ring needs at least four positions of two finite numbers."
        ),
        "too_many_vertices": _("The boundary has more than 10,000 vertices; simplify it first."),
        "too_many_rings": _("The boundary has more than 200 rings; simplify it first."),
        "off_the_globe": _("A position lies outside longitude ±180, latitude ±90; are the two swapped?"),
        "outside_extent": _("A position lies outside China; is the boundary in WGS-84, longitude first?"),
        "open_ring": _("A ring is not closed: its last position must equal its first."),
        "with_heights": _("The boundary has heights. Save it flat: two numbers a position."),
        "another_system": _("The boundary names another coordinate system. Save it in WGS-84."),
        "empty": _("The boundary encloses nothing."),
        "self_crossing": _("The boundary crosses itself."),
    }
    text: str = reasons[error.reason]
    if error.where is None:
        return text
    place = {"longitude": f"{error.where[0]:.6f}", "latitude": f"{error.where[1]:.6f}"}
    return text + " " + _("(at longitude %(longitude)s, latitude %(latitude)s)") % place


def ground_read(value: Any) -> Ground:
    """Turn GeoJSON into ground. Raises Refused saying what is wrong, and where."""
    try:
        return read_boundary(value)
    except BoundaryError as error:
        raise Refused(boundary_sentence(error), field="boundary") from error


def _check_outside(actor: User | None, grid: Grid, ground: Ground, parent: Ground | None) -> None:
    if actor is not None and parent is None and grid.tier == Tier.MANAGER:
        message = _("%(parent)s has no ground yet; it is drawn before it is cut.")
        raise Refused(message % {"parent": grid.parent.name if grid.parent else ""}, field="boundary")
    if parent is not None and share_outside(ground, parent) > OUTSIDE:
        message = _("%(grid)s reaches outside the ground of %(parent)s.")
        values = {"grid": grid.name, "parent": grid.parent.name if grid.parent else ""}
        raise Refused(message % values, field="boundary")


def _check_below(grid: Grid, ground: Ground, moving: Collection[int] = ()) -> None:
    """Refuse to draw a grid away from under those that were cut out of it and stay where they are."""
    if grid.tier == Tier.MANAGER:
        return
    outside = [row for row, cut in _below(grid, moving) if share_outside(cut, ground) > OUTSIDE]
    if outside:
        names = "; ".join(row.name for row in outside[:NAMED])
        raise Refused(_("These grids would lie outside: %(grids)s") % {"grids": names}, field="boundary")


def _check_overlap(grids: list[Grid], grounds: list[Ground]) -> None:
    found = overlaps(grounds)
    if found:
        pairs = [f"{grids[pair.first].name} / {grids[pair.second].name}" for pair in found[:NAMED]]
        message = _("Base grids may not overlap: %(pairs)s")
        raise Refused(message % {"pairs": "; ".join(pairs)}, field="boundary")


def boundaries_store(actor: User | None, drawn: dict[int, Ground], *, illustrative: bool) -> list[Boundary]:
    """End the versions that stand and add the next ones, by grid id; the grids were read as the actor.

    No service: whoever calls it has checked the ground and holds the bank.
    """
    today = timezone.localdate()
    with waive_scope("the grids were read as the actor"):
        there = Boundary.objects.filter(grid__in=drawn)
        versions = dict(there.order_by().values_list("grid_id").annotate(Max("version")))
        there.filter(CURRENT).update(valid_to=day_before(today))
    rows = []
    for pk, ground in drawn.items():
        row = Boundary(grid_id=pk, version=versions.get(pk, 0) + 1, geojson=to_geojson(ground, 7))
        row.min_lon, row.min_lat, row.max_lon, row.max_lat = ground.bounds
        row.is_illustrative, row.valid_from, row.drawn_by = illustrative, today, actor
        rows.append(row)
    return Boundary.objects.bulk_create(rows, batch_size=BATCH)


@transaction.atomic
def boundary_set(*, actor: User | None, grid: Grid, boundary: Any, illustrative: bool = False) -> Boundary:
    """Draw a grid's boundary, GeoJSON in WGS-84. Raises Refused saying what is wrong, and where.

    A base grid may neither overlap its neighbours nor reach outside the grid above it, nor leave those below it.
    """
    ground = ground_read(boundary)
    _hold_the_bank([grid])
    grid = grid_locked(actor, grid, Act.GROUND_DRAW)
    parent = _ground_of(grid.parent_id)
    _check_outside(actor, grid, ground, parent)
    _check_below(grid, ground)
    if grid.nature == GridNature.BASE:
        near = _near(grid, ground)
        _check_overlap([grid, *(one for one, _ in near)], [ground, *(shape for _, shape in near)])
    (made,) = boundaries_store(actor, {grid.pk: ground}, illustrative=illustrative)
    changes = {"version": [made.version - 1, made.version], "bounds": list(ground.bounds)}
    record(actor=actor, action=Action.GRID_BOUNDARY_SET, subject=grid, changes=changes)
    return made


def _hold_the_bank(grids: Iterable[Grid]) -> None:
    """Let one person at a time draw in a bank: two neighbours drawn at once would not see each other."""
    with waive_scope("the head office's row orders whoever draws in the bank"):
        roots = Grid.objects.filter(pk__in={grid.root_id for grid in grids}).order_by("pk")
        list(locked(roots).values_list("pk"))


# These reads of ground ask for no reader: a rule holds against grids that the actor can't see, too.


def _ground_of(pk: int | None) -> Ground | None:
    """Return the ground of a grid, None when it has none."""
    with waive_scope(NEIGHBOURS):
        row = Boundary.objects.filter(CURRENT, grid=pk).first()
    return read_boundary(row.geojson) if row else None


def _near(grid: Grid, ground: Ground) -> list[Drawn]:
    """Return the base grids of the same tier whose boxes touch the ground's, of the same days."""
    left, low, right, high = ground.bounds
    with waive_scope(NEIGHBOURS):
        rows = _beside(grid.tier, grid.root_id, grid.valid_from, grid.valid_to).exclude(grid=grid)
        rows = rows.filter(min_lon__lte=right, max_lon__gte=left, min_lat__lte=high, max_lat__gte=low)
        return _drawn(rows)


def _below(grid: Grid, moving: Collection[int]) -> list[Drawn]:
    """Return the grids cut out of a grid that have a ground and aren't drawn anew themselves."""
    today = timezone.localdate()
    with waive_scope(NEIGHBOURS):
        rows = Boundary.objects.filter(CURRENT, not_over(today, "grid__"), grid__parent=grid)
        return [one for one in _drawn(rows) if one[0].pk not in moving]


def _drawn(rows: QuerySet[Boundary]) -> list[Drawn]:
    return [
        (row.grid, read_boundary(row.geojson)) for row in rows.select_related("grid").order_by("grid__path")
    ]


def _beside(tier: str, root_id: int, since: date, until: date | None) -> QuerySet[Boundary]:
    """Return the boundaries of a bank's base grids of a tier that are or will be in force on one of the days."""
    since = max(since, timezone.localdate())
    rows = Boundary.objects.filter(
        CURRENT,
        not_over(since, "grid__"),
        grid__tier=tier,
        grid__nature=GridNature.BASE,
        grid__path__startswith=f"/{root_id}/",
    )
    return rows if until is None else rows.filter(grid__valid_from__lte=until)


@transaction.atomic
def boundaries_bulk_set(*, actor: User | None, boundaries: dict[int, Any], illustrative: bool = False) -> int:
    """Draw many boundaries at once, by grid id, checked against each other and those that stay."""
    if actor is None:
        with waive_scope(SYSTEM):
            grids = list(Grid.objects.select_related("parent").filter(pk__in=boundaries))
    else:
        grids = list(grid_list(actor=actor).filter(pk__in=boundaries))
    if len(grids) != len(boundaries):
        raise Refused(_("Some of the grids are not there."))
    _hold_the_bank(grids)
    grounds = {grid.pk: ground_read(boundaries[grid.pk]) for grid in grids}
    if actor is not None:
        grids_locked(actor, grids, Act.GROUND_DRAW)
    for grid in grids:
        parent = grounds.get(grid.parent_id or 0) or _ground_of(grid.parent_id)
        _check_outside(actor, grid, grounds[grid.pk], parent)
        _check_below(grid, grounds[grid.pk], grounds)
    _check_together(grids, grounds)
    boundaries_store(actor, grounds, illustrative=illustrative)
    record(actor=actor, action=Action.GRIDS_BOUNDARIES_SET, changes={"count": len(grids)})
    return len(grids)


def _check_together(grids: list[Grid], grounds: dict[int, Ground]) -> None:
    base = [grid for grid in grids if grid.nature == GridNature.BASE]
    for tier in {grid.tier for grid in base}:
        level = [grid for grid in base if grid.tier == tier]
        staying: list[Drawn] = []
        for root in {grid.root_id for grid in level}:
            with waive_scope(NEIGHBOURS):
                rows = _beside(tier, root, timezone.localdate(), None)
                staying += _drawn(rows.exclude(grid__in=grounds))
        everyone = level + [row for row, _ in staying]
        shapes = [grounds[grid.pk] for grid in level] + [shape for _, shape in staying]
        _check_overlap(everyone, shapes)
