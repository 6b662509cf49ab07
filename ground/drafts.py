"""Reading drafts: what is there today, what a draft makes of it, and what is to be said about that."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from gridbank.days import not_over
from grids.authority import Act, where
from grids.enums import AreaLevel, GridNature, Tier
from grids.handed import handovers_left
from grids.models import Area, Grid
from grids.selectors import area_list, grid_list, lead_names
from ground import cutting, dwellers
from ground.cutting import Cell, Place
from ground.enums import LayoutState
from ground.findings import MUST, NAMED, Facts, Finding, check, place_name
from ground.geometry import Ground, read_each
from ground.models import CURRENT, Boundary, Layout, LayoutShape, LayoutVersion, Parcel
from people.models import User
from people.persons import accounts_of

# positions that are looked at in one check: a branch has some thousands
MOST_SPOTS = 50_000
TEN = 10
BELOW = {Tier.HEAD_OFFICE: Tier.BRANCH, Tier.BRANCH: Tier.MANAGER}


def layout_list(*, actor: User) -> QuerySet[Layout]:
    """Return the drafts of grids that the person may see, the newest first."""
    return Layout.objects.visible_to(actor).select_related(
        "grid", "opened_by", "submitted_by", "signed_by", "undone_by"
    )


def layouts_to_sign(*, actor: User) -> QuerySet[Layout]:
    """Return those that wait for a second signature which this person may give."""
    rows = layout_list(actor=actor).filter(
        where(actor, Act.LAYOUT_SIGN, "grid__"),
        state=LayoutState.SUBMITTED,
        first_day__gte=timezone.localdate(),
    )
    mine = accounts_of(actor)
    return rows.exclude(submitted_by__in=mine).exclude(opened_by__in=mine)


def grids_to_cut(*, actor: User) -> QuerySet[Grid]:
    """Return the grids that somebody may draft a cut of: the bank, or branches, as far as they go on."""
    rows = grid_list(actor=actor).filter(not_over(timezone.localdate()), tier__in=list(BELOW))
    return rows.filter(where(actor, Act.LAYOUT_MAKE))


def _seen(model: Any, actor: User | None) -> QuerySet[Any]:
    """Return the rows as somebody; the installation's service has opened the door itself."""
    rows: QuerySet[Any] = model.objects.visible_to(actor) if actor is not None else model.objects.all()
    return rows


def version_of(*, actor: User | None, layout: Layout, number: int | None = None) -> LayoutVersion:
    """Return one version of a draft, the newest unless another is named."""
    found: LayoutVersion = _seen(LayoutVersion, actor).get(layout=layout, number=number or layout.version)
    return found


@dataclass(frozen=True)
class Row:
    """A village group in one grid: how many live there, what it was called, where it is and where it goes."""

    place: Place
    area: Area | None
    origin: Grid
    households: int
    target: str | None
    """The cell; None where nobody answers for it by the draft."""
    is_moved: bool

    @property
    def key(self) -> str:
        """Return what stands for it on the page."""
        return self.place.key


@dataclass
class Sheet:
    """Everything of a draft, read once. `leads` and `grounds` are by cell; the ground of today only where there is one."""

    layout: Layout
    content: cutting.Content
    grids: dict[int, Grid]
    cells: dict[str, Cell]
    rows: list[Row]
    leads: dict[str, User]
    today: dict[str, Ground]
    grounds: dict[str, Ground]
    outline: Ground | None
    spots: list[tuple[str | None, float, float]] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """By cell that closes what is still in its way, in words."""
    below: dict[str, list[tuple[str, Ground]]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    """Grids of which the draft says something and that are closed by now."""
    went: dict[Place, set[int]] = field(default_factory=dict)
    """By place the grids in which its households are: below a branch there are several."""
    homes: list[tuple[Place, float, float]] = field(default_factory=list)
    """Where the households of a place live, as far as it is known."""

    @cached_property
    def before(self) -> dict[str, int]:
        """Return the households of each grid today, by its cell's key."""
        found: dict[str, int] = defaultdict(int)
        for row in self.rows:
            found[cutting.there(row.origin.pk)] += row.households
        return found

    @cached_property
    def after(self) -> dict[str | None, int]:
        """Return the households of each cell by the draft; None: of nobody."""
        found: dict[str | None, int] = defaultdict(int)
        for row in self.rows:
            found[row.target] += row.households
        return found

    @property
    def open_cells(self) -> list[Cell]:
        """Return the cells that go on."""
        return [cell for cell in self.cells.values() if not cell.closed]

    @property
    def moved(self) -> int:
        """Return how many households go elsewhere."""
        return sum(row.households for row in self.rows if row.is_moved)

    @cached_property
    def findings(self) -> list[Finding]:
        """Return what is to be said about it, what must be mended first."""
        return check(self.facts)

    @property
    def must(self) -> list[Finding]:
        """Return what keeps it from being submitted."""
        return [one for one in self.findings if one.level == MUST]

    @cached_property
    def facts(self) -> Facts:
        """Return the plain values that are checked."""
        parent = cutting.there(self.layout.grid_id)
        return Facts(
            cells={cell.key: (cell.name, cell.closed) for cell in self.cells.values()},
            households={key: count for key, count in self.after.items() if key not in {None, parent}},
            orphans=[
                (place_name(row.area.name if row.area else "", row.place.group), row.origin.name, row.households)
                for row in self.rows if row.target is None
            ],
            undecided=self.after.get(parent, 0),
            doubled=self._doubled(),
            leads={key: user.name for key, user in self.leads.items()},
            grounds={key: self.grounds[key] for key in self.grounds if not self.cells[key].closed},
            outline=self.outline,
            below=self.below,
            spots=self.spots,
            left=self.left,
            gone=self.gone,
            changes=len(self.content["cells"]) + len(self.content["moves"]),
        )  # fmt: skip

    def _doubled(self) -> list[tuple[str, list[str]]]:
        """Return the village groups that two grids have a part of by the draft."""
        parent = cutting.there(self.layout.grid_id)
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self.rows:
            if row.area is not None and row.target not in {None, parent} and row.place.group:
                found[row.area.name, row.place.group].add(row.target or "")
        return [
            (place_name(*name), sorted(self.cells[key].name for key in keys if key in self.cells))
            for name, keys in sorted(found.items()) if len(keys) > 1
        ]  # fmt: skip


def sheet(*, actor: User | None, layout: Layout, content: cutting.Content | None = None) -> Sheet:
    """Read what a draft makes of today. The draft was read as this actor; None is the clock, on its day."""
    content = content if content is not None else version_of(actor=actor, layout=layout).content
    today, above = timezone.localdate(), layout.grid
    near = list(
        _seen(Grid, actor).filter(path__startswith=above.path).select_related("area").order_by("code")
    )
    cut = [
        grid for grid in near
        if grid.parent_id == above.pk and grid.nature == GridNature.BASE
        and (grid.valid_to is None or grid.valid_to >= today)
    ]  # fmt: skip
    cells = cutting.cells(content, [(grid.pk, grid.name, grid.kind) for grid in cut])
    step = {grid.pk: _child(above, grid) for grid in near}
    known = {grid.pk: grid for grid in near}
    rows, went = _rows(actor, layout, cutting.targets(content), cells, known=known, step=step)
    leads = lead_names([grid.pk for grid in cut], today)
    found = Sheet(
        layout, content, known, cells, rows, {cutting.there(pk): user for pk, user in leads.items()}, {}, {}, None,
        went=went,
    )  # fmt: skip
    missing = [key for key in content["cells"] if key.startswith(cutting.THERE) and key not in cells]
    found.gone = [known[int(key[1:])].name if int(key[1:]) in known else key for key in missing]
    _ground(actor, found, cut, near)
    # where each household lives is asked of a branch only: of a bank there are too many, and its branches ask
    if found.grounds and above.tier == Tier.BRANCH:
        targets = {row.place: row.target for row in rows}
        for spot in dwellers.kept().spots(actor, above.path, MOST_SPOTS):
            place = Place(step.get(spot.grid_id, spot.grid_id), spot.area_id, spot.group_name)
            found.homes.append((place, spot.longitude, spot.latitude))
            found.spots.append((targets.get(place), spot.longitude, spot.latitude))
    _closing(found, near, today)
    return found


def _child(above: Grid, grid: Grid) -> int:
    """Return the grid directly below another in which a grid lies, itself included."""
    steps = grid.path[len(above.path) :].split("/")
    return int(steps[0]) if steps[0] else above.pk


def _rows(
    actor: User | None, layout: Layout, targets: Mapping[Place, str], cells: Mapping[str, Cell], *,
    known: Mapping[int, Grid], step: Mapping[int, int],
) -> tuple[list[Row], dict[Place, set[int]]]:  # fmt: skip
    counts: dict[Place, int] = defaultdict(int)
    went: dict[Place, set[int]] = defaultdict(set)
    for group in dwellers.kept().groups(actor, layout.grid.path):
        if group.grid_id not in step:
            continue
        place = Place(step[group.grid_id], group.area_id, group.group_name)
        counts[place] += group.households
        went[place].add(group.grid_id)
    _add_listed(actor, layout, known, step, counts)
    areas = area_list(actor=actor).in_bulk({place.area for place in counts if place.area})
    found = []
    for place, households in counts.items():
        own = cutting.there(place.origin)
        to = targets.get(place, own)
        # at the branch or the bank itself one may stay; nobody answers for what a closed grid leaves
        lasts = (to in cells and not cells[to].closed) or to == cutting.there(layout.grid_id)
        target, stays = to if lasts else None, to == own
        found.append(
            Row(place, areas.get(place.area or 0), known[place.origin], households, target, not stays)
        )
    found.sort(key=_order)
    return found, went


def _order(row: Row) -> tuple[str, bool, int, str, int]:
    """Order by the village's code, then the groups as they are counted, in digits or in signs."""
    code = row.area.code if row.area else "~"
    return code, bool(row.place.group), _number(row.place.group), row.place.group, row.origin.pk


def _number(group: str) -> int:
    """Return the number in a group's name, in digits or in signs up to ninety-nine; 0 where there is none."""
    if found := re.search(r"[0-9]{1,6}", group):
        return int(found[0])
    total, ones = 0, 0
    for sign in group:
        value = int(unicodedata.numeric(sign, 0))
        if value == TEN:
            total, ones = (ones or 1) * TEN, 0
        elif 0 < value < TEN:
            ones = value
    return total + ones


def _add_listed(
    actor: User | None, layout: Layout, known: Mapping[int, Grid], step: Mapping[int, int], counts: dict[Place, int]
) -> None:  # fmt: skip
    """Add the places that today's grids consist of by list, or by their own village, where nobody lives yet."""
    today = timezone.localdate()
    lived = {(place.origin, place.area) for place in counts}
    own: list[Place] = []
    said: set[int] = set()
    rows = _seen(Parcel, actor).filter(CURRENT, not_over(today, "grid__"), grid_id__in=known)
    for pk, area, group in rows.values_list("grid_id", "area_id", "group_name"):
        place = Place(step[pk], area, group)
        said.add(pk)
        if pk == layout.grid_id:
            own.append(place)
        elif group or (place.origin, area) not in lived:
            counts.setdefault(place, 0)
    for grid in known.values():
        is_village = grid.area is not None and grid.area.level == AreaLevel.VILLAGE
        goes_on = grid.valid_to is None or grid.valid_to >= today
        if is_village and goes_on and grid.pk not in said and grid.nature == GridNature.BASE:
            place = Place(step[grid.pk], grid.area_id, "")
            if (place.origin, place.area) not in lived:
                counts.setdefault(place, 0)
    # what the grid itself consists of stands in the list until a grid below has some of it
    taken = {(place.area, name) for place in counts for name in (place.group, "")}
    for place in own:
        if (place.area, place.group) not in taken:
            counts.setdefault(place, 0)


def _ground(actor: User | None, found: Sheet, cut: list[Grid], near: list[Grid]) -> None:
    """Read the ground of today and of the draft."""
    stored = dict(
        _seen(Boundary, actor)
        .filter(CURRENT, grid__in=[grid.pk for grid in near])
        .values_list("grid_id", "geojson")
    )
    wanted = {cell.shape for cell in found.cells.values() if cell.shape is not None}
    drawn = dict(
        _seen(LayoutShape, actor).filter(layout=found.layout, pk__in=wanted).values_list("pk", "geojson")
    )
    today = read_each(stored)
    drafted = read_each(drawn)
    found.outline = today.get(found.layout.grid_id)
    found.today = {cutting.there(grid.pk): today[grid.pk] for grid in cut if grid.pk in today}
    for key, cell in found.cells.items():
        ground = drafted.get(cell.shape) if cell.shape is not None else found.today.get(key)
        if ground is not None:
            found.grounds[key] = ground
    for cell in found.cells.values():
        if cell.shape is not None and cell.grid_id is not None:
            inside = [grid for grid in near if grid.parent_id == cell.grid_id and grid.pk in today]
            found.below[cell.key] = [(grid.name, today[grid.pk]) for grid in inside]


def _closing(found: Sheet, near: list[Grid], today: date) -> None:
    for cell in found.cells.values():
        if not cell.closed or cell.grid_id is None:
            continue
        grid = found.grids[cell.grid_id]
        inside = [
            one
            for one in near
            if one.parent_id == grid.pk and (one.valid_to is None or one.valid_to >= today)
        ]
        if inside:
            found.left[cell.key] = ", ".join(one.name for one in inside[:NAMED])
        elif said := handovers_left(grid, today):
            found.left[cell.key] = said
