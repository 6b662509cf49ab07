"""Where a roster's households belong: villages by code or by name under their township, and the grid of each village.

A household always hangs in the tree: where no village's grid is clear it hangs on the branch, or on head office, and waits
there for its attribution.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from customers import policies
from customers.services.roster_rows import Told
from exchange.sheets import Source
from gridbank.days import in_force
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids.enums import AreaLevel, GridNature, Tier
from grids.models import Area, Grid
from grids.naming import township_name, village_name, village_names

COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12
# what a village's own number has at most
LAST_PART = VILLAGE - TOWNSHIP


@dataclass
class Ground:
    """Where somebody may write, and the villages and townships there: read once for a chunk."""

    bank_id: int
    grids: dict[int, Grid]
    villages: dict[str, Area]
    named: dict[str, list[Area]]
    townships: dict[str, list[Area]]
    codes: dict[int, str] = field(init=False)
    by_area: dict[int, list[Grid]] = field(default_factory=lambda: defaultdict(list))
    branches: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.codes = {area.pk: code for code, area in self.villages.items()}

    def top(self) -> Grid | None:
        """Return the grid above all others that he may write in; None when there are several."""
        top = min(self.grids.values(), key=lambda grid: len(grid.path), default=None)
        if top is None or not all(grid.path.startswith(top.path) for grid in self.grids.values()):
            return None
        return top

    def grid_of(self, area_id: int | None) -> Grid | None:
        """Return the grid for a household of a village; None where there is none that he may write in."""
        code = "" if area_id is None else self.codes[area_id]
        found = self.by_area.get(area_id, []) if area_id is not None else []
        if len(found) == 1:
            return found[0]
        # a village cut among several grids, or in none yet: the branch that has the township
        above = {grid.parent_id for grid in found} or self.branches.get(code[:TOWNSHIP], set())
        branch = self.grids.get(next(iter(above))) if len(above) == 1 else None  # type: ignore[arg-type]
        if branch is not None:
            return branch
        top = self.top()
        # a village that none of one's own grids has is elsewhere
        return (
            None
            if top is not None and top.tier == Tier.MANAGER and area_id is not None and top.area_id
            else top
        )


def ground_of(source: Source, villages: set[str], *, hold: bool) -> Ground:
    """Read where rows may go. Held, which is before households are: nobody closes a grid meanwhile."""
    with waive_scope(
        "the installation itself brings a bank's file; whoever else does is asked for his own grids"
    ):
        if source.reader is not None:
            rows = policies.grids_to_write(actor=source.reader)
        else:
            rows = Grid.objects.filter(in_force(timezone.localdate()), path__startswith=f"/{source.bank_id}/")
        rows = rows.select_related(None).select_related("area").order_by("pk")
        grids = {grid.pk: grid for grid in (locked(rows) if hold else rows)}
    bank_id = source.bank_id or next((grid.root_id for grid in grids.values()), 0)
    grids = {
        pk: grid for pk, grid in grids.items() if grid.root_id == bank_id and grid.nature == GridNature.BASE
    }
    ground = Ground(bank_id, grids, *_areas(grids.values(), villages))
    for grid in grids.values():
        # none is put into a grid that closes
        if grid.tier == Tier.MANAGER and grid.area is not None and grid.valid_to is None:
            ground.by_area[grid.area.pk].append(grid)
            ground.branches[grid.area.code[:TOWNSHIP]].add(grid.parent_id or 0)
        elif grid.tier == Tier.BRANCH and grid.area is not None and grid.area.level == AreaLevel.TOWNSHIP:
            ground.branches[grid.area.code[:TOWNSHIP]].add(grid.pk)
    return ground


def _areas(
    grids: Iterable[Grid], told: set[str]
) -> tuple[dict[str, Area], dict[str, list[Area]], dict[str, list[Area]]]:
    counties = {grid.area.code[:COUNTY] for grid in grids if grid.area is not None}
    near = Q(code__in=[code for code in told if code.isdecimal() and len(code) == VILLAGE])
    for county in counties:
        near |= Q(code__startswith=county)
    levels = (AreaLevel.TOWNSHIP, AreaLevel.VILLAGE)
    villages: dict[str, Area] = {}
    named: dict[str, list[Area]] = defaultdict(list)
    townships: dict[str, list[Area]] = defaultdict(list)
    for area in Area.objects.filter(near, level__in=levels):
        if area.level == AreaLevel.VILLAGE:
            villages[area.code] = area
            for name in village_names(area.name):
                named[name].append(area)
        else:
            for name in {area.name, township_name(area.name), area.code, area.code[:TOWNSHIP]}:
                townships[name].append(area)
    return villages, named, townships


def places_find(ground: Ground, told: Sequence[Told]) -> None:
    """Find each row's village; a row whose village is unknown, or one of several, has its fault."""
    kept: dict[tuple[str, str], tuple[Area | None, tuple[str, str, str]]] = {}
    for one in told:
        words = (one.value("village"), one.value("township"))
        if not words[0]:
            continue
        if words not in kept:
            kept[words] = _village(ground, *words)
        area, fault = kept[words]
        if area is None:
            one.refuse(*fault)
        else:
            one.area_id = area.pk


def _village(ground: Ground, text: str, township: str) -> tuple[Area | None, tuple[str, str, str]]:
    near = ground.townships.get(township) or ground.townships.get(township_name(township), [])
    if township and not near:
        return None, (
            "township",
            _("This township is unknown."),
            _("Write its name as in the list of divisions."),
        )
    codes = {area.code[:TOWNSHIP] for area in near}
    found: list[Area] = []
    if text.isdecimal() and text.isascii():
        # a village's own number without its zeros, under its township
        full = {text, *(code + text.zfill(LAST_PART) for code in codes if len(text) <= LAST_PART)}
        found = [ground.villages[code] for code in full if code in ground.villages]
    else:
        found = ground.named.get(text) or ground.named.get(village_name(text), [])
        found = [area for area in found if not codes or area.code[:TOWNSHIP] in codes]
    if len(found) == 1:
        return found[0], ("", "", "")
    if found:
        return None, (
            "village",
            _("Several villages are called so."),
            _("Write the township as well, or the village's code."),
        )
    return None, (
        "village",
        _("This village is unknown."),
        _("Write its name or its code as in the list of divisions."),
    )
