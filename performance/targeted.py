"""Reading targets: what is asked of each grid in a month, what it adds up to, and which grids have none."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridbank.days import month_first
from grids import measures
from grids.authority import Act, where
from grids.enums import GridNature, Tier
from grids.gaps import Gap, Wanting
from grids.models import Grid
from grids.selectors import grid_search, lead_names
from people.models import User
from people.persons import accounts_of
from performance.models import GridTarget

Levels = tuple[Decimal | None, Decimal | None, Decimal | None]
LEVELS = (("assured", _("Assured")), ("aimed", _("Aimed at")), ("stretch", _("Stretch")))
NONE: Levels = (None, None, None)


def target_list(*, actor: User) -> QuerySet[GridTarget]:
    """Return the targets of grids that the person leads, drafts and signed ones."""
    return GridTarget.objects.visible_to(actor).select_related("grid", "made_by", "signed_by")


def places(*, actor: User) -> QuerySet[Grid]:
    """Return the head office and the branches for which the person may write targets."""
    rows = grid_search(actor=actor).filter(where(actor, Act.TARGET_WRITE))
    return rows.filter(tier__in=(Tier.HEAD_OFFICE, Tier.BRANCH))


def below(*, actor: User, grid: Grid) -> list[Grid]:
    """Return what a branch's or the bank's figure is made of: its base grids, or the branches."""
    rows = grid_search(actor=actor).filter(parent=grid, nature=GridNature.BASE)
    return list(rows.order_by("code"))


@dataclass(frozen=True)
class Row:
    """A grid with what is asked of it: as it is written now, and as it is signed."""

    grid: Grid
    lead: User | None
    households: int
    draft: GridTarget | None
    signed: GridTarget | None

    @property
    def standing(self) -> GridTarget | None:
        """Return what will stand: the draft where there is one."""
        return self.draft or self.signed

    @property
    def levels(self) -> Levels:
        """Return the levels that will stand."""
        return self.standing.levels if self.standing else NONE


@dataclass(frozen=True)
class Sheet:
    """A branch's or the bank's figure for a month, what lies below it, and how they differ."""

    own: Row
    rows: list[Row]

    @property
    def seal(self) -> str:
        """Return what stands for the sheet as it is: whoever writes says by it what he has looked at."""
        told = [
            [row.grid.pk, *(None if value is None else f"{value:.4f}" for value in row.levels)]
            for row in (self.own, *self.rows)
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def sums(self) -> Levels:
        """Return what the rows add up to, level by level; nothing where none of them says it."""
        found: list[Decimal | None] = []
        for level in range(3):
            said = [value for row in self.rows if (value := row.levels[level]) is not None]
            found.append(sum(said, Decimal(0)) if said else None)
        return found[0], found[1], found[2]

    @property
    def differences(self) -> Levels:
        """Return by how much the rows lie above the figure, or below it."""
        pairs = zip(self.sums, self.own.levels, strict=True)
        found = [None if one is None or two is None else one - two for one, two in pairs]
        return found[0], found[1], found[2]


def sheet(*, actor: User, grid: Grid, month: date, indicator: str) -> Sheet:
    """Return what is asked of a branch or the bank, and of what lies right below it."""
    grids = [grid, *below(actor=actor, grid=grid)]
    paths = dict(
        grid_search(actor=actor).filter(path__startswith=grid.path).order_by().values_list("pk", "path")
    )
    sizes = measures.sizes(actor=actor, paths=paths, within=grid.path)
    leads = lead_names([one.pk for one in grids], max(timezone.localdate(), month))
    rows = target_list(actor=actor).filter(grid__in=grids, month=month, indicator=indicator)
    found = {(row.grid_id, row.is_signed): row for row in rows}
    lines = [
        Row(
            one,
            leads.get(one.pk),
            int(sizes.get(one.pk) or 0),
            found.get((one.pk, False)),
            found.get((one.pk, True)),
        )
        for one in grids
    ]
    return Sheet(lines[0], lines[1:])


def drafts(*, actor: User, grid: Grid, month: date) -> QuerySet[GridTarget]:
    """Return what is written and not signed yet in a branch or the bank, for a month."""
    rows = target_list(actor=actor).filter(grid__path__startswith=grid.path, month=month, is_signed=False)
    return rows.order_by("pk")


def are_anothers(*, actor: User, drafts: QuerySet[GridTarget]) -> bool:
    """Whether somebody may sign drafts as a second person: he wrote none of them, by whichever account."""
    mine = accounts_of(actor)
    return not drafts.filter(Q(made_by__in=mine) | Q(figure_by__in=mine)).exists()


def seal_of(drafts: Iterable[GridTarget]) -> str:
    """Return what stands for these drafts as they are: whoever signs says by it what he has looked at."""
    told = [
        [row.pk, *(str(value) for value in row.levels), row.made_by_id, row.figure_by_id] for row in drafts
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def replaced(*, actor: User, drafts: Iterable[GridTarget]) -> dict[int, GridTarget]:
    """Return by draft what is signed now and would be replaced by it."""
    found = list(drafts)
    rows = target_list(actor=actor).filter(
        is_signed=True, grid__in={row.grid_id for row in found}, month__in={row.month for row in found}
    )
    signed = {(row.grid_id, row.month, row.indicator): row for row in rows}
    return {
        row.pk: old
        for row in found
        if (old := signed.get((row.grid_id, row.month, row.indicator))) is not None
    }


def _without(actor: User, grids: Collection[Grid]) -> list[Wanting]:
    month = month_first(timezone.localdate())
    have = set(target_list(actor=actor).filter(month=month, is_signed=True).values_list("grid_id", flat=True))
    leads = lead_names([grid.pk for grid in grids], timezone.localdate())
    return [
        Wanting(grid, leads.get(grid.pk), "", f"{ADDRESS}?branch={grid.branch_id}", _("Write targets"))
        for grid in grids
        if grid.nature == GridNature.BASE and grid.pk not in have
    ]


ADDRESS = "/performance/targets/"
NO_TARGET = Gap("target", _("No target this month"), _without)
