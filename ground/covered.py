"""How far the bank reaches the households of its ground: by grid, on a day, against the official register."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gridbank.days import in_force
from grids.enums import AreaLevel, GridNature, Tier
from grids.models import Area, Grid
from grids.selectors import grid_list, lead_names
from ground.covers import Window, registered
from ground.geometry import Degrees, kilometres
from ground.selectors import boundary_list, official_counts_on, service_points_on
from people.models import User


@dataclass
class Reach:
    """What is counted of a grid with all that lies below it.

    `official` is what the register counts where it was written down, `unknown` in how many grids it wasn't: there the
    households that are known here stand in for it.
    """

    households: Mapping[str, int] = field(default_factory=dict)
    official: int | None = None
    unknown: int = 0
    whole: int = 0
    points: int = 0
    farthest: Decimal | None = None
    """Kilometres from the middle of the farthest grid to the nearest service point."""

    def rate(self, key: str, whole: int | None = None) -> Decimal | None:
        """Return how many per cent of the whole a column counts; None of nothing."""
        base = self.whole if whole is None else whole
        return (Decimal(100 * self.households.get(key, 0)) / base).quantize(Decimal("0.1")) if base else None


@dataclass
class Line:
    """A grid of the page; of `around` itself it is what lies in none of the grids below."""

    grid: Grid
    lead: User | None
    reach: Reach
    then: Reach | None = None


@dataclass(frozen=True)
class Remote:
    """A village without a service point: how far the nearest one is, and how many live there."""

    area: Area
    grid: Grid
    kilometres: Decimal | None
    households: int


@dataclass
class Coverage:
    """The page: its lines, their sum, the villages that have no service point."""

    lines: list[Line]
    total: Reach
    then: Reach | None
    remote: list[Remote]
    villages: int


@dataclass(frozen=True)
class Asked:
    """Below which grid, when, against when, and whether the register is the whole or what is known here."""

    around: Grid
    window: Window
    against: Window | None = None
    by_register: bool = True


def coverage(*, actor: User, asked: Asked) -> Coverage:
    """Return how far the grids right below one reach, each with all that lies below it, in today's grids.

    What happened is counted within the window, what lasts as it stood on its last day.
    """
    grids = _grids(actor, asked)
    leaves = [grid for grid in grids if grid.tier == Tier.MANAGER]
    now = _counted(actor, asked.around, asked.window)
    then = None if asked.against is None else _counted(actor, asked.around, asked.against)
    ground = _Ground.read(actor, asked, leaves)
    below = [grid for grid in grids if grid.parent_id == asked.around.pk]
    leads = lead_names([grid.pk for grid in (asked.around, *below)], asked.window.last)
    inside: dict[int, list[Grid]] = {}
    for one in grids:
        if one.pk != asked.around.pk:
            inside.setdefault(_step(one, asked.around), []).append(one)
    parts = [(grid, inside[grid.pk]) for grid in below]
    # what hangs in the grid itself: nobody has said yet where it belongs
    parts.append((asked.around, [asked.around]))
    lines = [
        Line(
            grid, leads.get(grid.pk), ground.reach(asked, now, those, asked.window),
            None if then is None or asked.against is None else ground.reach(asked, then, those, asked.against),
        )
        for grid, those in parts
    ]  # fmt: skip
    if below and not lines[-1].reach.whole:
        lines.pop()
    every = [asked.around, *(grid for grid in grids if grid.pk != asked.around.pk)]
    return Coverage(
        lines,
        ground.reach(asked, now, every, asked.window),
        None if then is None or asked.against is None else ground.reach(asked, then, every, asked.against),
        ground.remote(leaves, now),
        len({grid.area_id for grid in leaves if _village(grid)}),
    )


def _grids(actor: User, asked: Asked) -> list[Grid]:
    rows = grid_list(actor=actor).filter(
        in_force(asked.window.last), path__startswith=asked.around.path, nature=GridNature.BASE
    )
    return list(rows.select_related("area"))


def _counted(actor: User, around: Grid, window: Window) -> dict[str, dict[int, int]]:
    within = around.path if around.parent_id else ""
    return {one.key: one.collect(actor, within, window) for one in registered()}


def _step(grid: Grid, around: Grid) -> int:
    """Return the grid right below one through which another is reached from it."""
    return int(grid.path.removeprefix(around.path).split("/", 1)[0])


def _village(grid: Grid) -> bool:
    return grid.area is not None and grid.area.level == AreaLevel.VILLAGE


@dataclass
class _Ground:
    """What the ground says of the grids: the register by day, the service points, how far they are."""

    official: dict[date, dict[int, int]]
    points: list[tuple[str, int | None]]
    served: set[int]
    far: dict[int, Decimal]

    @classmethod
    def read(cls, actor: User, asked: Asked, leaves: Sequence[Grid]) -> "_Ground":
        days = {asked.window.last} | ({asked.against.last} if asked.against else set())
        points = list(service_points_on(actor=actor, day=asked.window.last).select_related("grid"))
        places = [
            (one.latitude, one.longitude)
            for one in points
            if one.latitude is not None and one.longitude is not None
        ]
        return cls(
            {day: official_counts_on(actor=actor, day=day) for day in days},
            [(one.grid.path, one.area_id) for one in points],
            {area for one in points for area in (one.area_id, one.grid.area_id) if area is not None},
            _distances(actor, leaves, places),
        )

    def reach(
        self, asked: Asked, counted: Mapping[str, Mapping[int, int]], grids: Sequence[Grid], window: Window
    ) -> Reach:
        """Add up what is counted of some grids."""
        first = registered()[0].key
        households = {key: sum(found.get(grid.pk, 0) for grid in grids) for key, found in counted.items()}
        official, known = self.official[window.last], counted.get(first, {})
        written = [official[grid.pk] for grid in grids if grid.pk in official]
        whole = households.get(first, 0)
        if asked.by_register:
            whole = sum(official.get(grid.pk, known.get(grid.pk, 0)) for grid in grids)
        top = grids[0] if grids else asked.around
        alone = len(grids) == 1 and top.tier != Tier.MANAGER
        return Reach(
            households,
            sum(written) if written else None,
            sum(grid.tier == Tier.MANAGER and grid.pk not in official for grid in grids),
            whole,
            sum(path == top.path if alone else path.startswith(top.path) for path, _area in self.points),
            max((self.far[grid.pk] for grid in grids if grid.pk in self.far), default=None),
        )

    def remote(self, leaves: Iterable[Grid], counted: Mapping[str, Mapping[int, int]]) -> list[Remote]:
        """Return the villages in which no service point is open, the farthest first; unknown ways before all."""
        known = counted.get(registered()[0].key, {})
        found: dict[int, Remote] = {}
        for grid in leaves:
            if not _village(grid) or grid.area is None or grid.area.pk in self.served:
                continue
            before, far = found.get(grid.area.pk), self.far.get(grid.pk)
            near = min(
                (one for one in (far, before.kilometres if before else None) if one is not None), default=None
            )
            living = known.get(grid.pk, 0) + (before.households if before else 0)
            found[grid.area.pk] = Remote(grid.area, before.grid if before else grid, near, living)
        return sorted(
            found.values(),
            key=lambda one: (one.kilometres is not None, -(one.kilometres or 0), one.area.code),
        )


def _distances(actor: User, grids: Sequence[Grid], points: Sequence[Degrees]) -> dict[int, Decimal]:
    """Return how far it is from the middle of each grid's ground to the nearest service point, by grid."""
    if not points:
        return {}
    boxes = boundary_list(actor=actor).filter(grid__in=[grid.pk for grid in grids]).order_by()
    corners = list(boxes.values_list("grid_id", "min_lat", "max_lat", "min_lon", "max_lon"))
    middles = [((low + high) / 2, (left + right) / 2) for _pk, low, high, left, right in corners]
    found = kilometres(middles, points)
    return {
        pk: Decimal(str(far)).quantize(Decimal("0.1")) for (pk, *_), far in zip(corners, found, strict=True)
    }
