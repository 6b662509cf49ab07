"""Making grids, and duties in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.numbers import refuse_numbers
from gridbank.scoping import waive_scope
from gridbank.turns import take_turn
from grids.actions import Action
from grids.authority import Act, require
from grids.enums import GridKind, GridNature, PeerGroup, Tier
from grids.models import Area, Duty, Grid
from grids.services.access import SYSTEM, forget, grid_locked, grids_locked
from people.models import User

ABOVE: dict[str, tuple[str | None, ...]] = {
    Tier.HEAD_OFFICE: (None,),
    Tier.BRANCH: (Tier.HEAD_OFFICE,),
    Tier.MANAGER: (Tier.BRANCH,),
}
BATCH = 500
# a code stands once over every grid of the installation
CODES = "grids.codes"


@dataclass(frozen=True)
class GridRow:
    """A grid to be made in bulk; `parent` and `area` are codes."""

    code: str
    name: str
    tier: str
    valid_from: date
    parent: str = ""
    nature: str = GridNature.BASE
    kind: str = GridKind.OFFICE
    peer_group: str = PeerGroup.COUNTRY
    area: str = ""


def _check_place(code: str, tier: str, nature: str, parent_tier: str | None) -> None:
    if parent_tier not in ABOVE[tier]:
        message = _("%(code)s: a grid of the tier “%(tier)s” can't hang there.")
        raise Refused(message % {"code": code, "tier": Tier(tier).label}, field="parent")
    if nature == GridNature.SPECIAL and tier != Tier.MANAGER:
        raise Refused(
            _("%(code)s: only an account manager's grid can be special.") % {"code": code}, field="nature"
        )


@transaction.atomic
def grid_create(
    *,
    actor: User | None,
    code: str,
    name: str,
    tier: str,
    parent: Grid | None,
    valid_from: date,
    nature: str = GridNature.BASE,
    kind: str = GridKind.OFFICE,
    peer_group: str = PeerGroup.COUNTRY,
    area: Area | None = None,
) -> Grid:
    """Make one grid below another. Raises Refused for a wrong place or a code in use."""
    if parent is None and actor is not None:
        raise PermissionDenied
    take_turn(CODES)
    above = grid_locked(actor, parent, Act.GRID_FOUND) if parent is not None else None
    _check_place(code, tier, nature, above.tier if above else None)
    with waive_scope("codes are unique over every grid, seen or not"):
        if Grid.objects.filter(code=code).exists():
            raise Refused(_("The code %(code)s is in use.") % {"code": code}, field="code")
    grid = Grid(
        code=code, name=name, tier=tier, parent=above, valid_from=valid_from, nature=nature, kind=kind,
        peer_group=peer_group, area=area, path=f"new:{code}",
    )  # fmt: skip
    grid.save()
    grid.path = f"{above.path if above else '/'}{grid.pk}/"
    grid.save(update_fields=["path"])
    record(
        actor=actor,
        action=Action.GRID_CREATED,
        subject=grid,
        changes={"code": code, "name": name, "tier": tier},
    )
    forget()
    return grid


@transaction.atomic
def grids_bulk_create(*, actor: User | None, rows: Sequence[GridRow]) -> dict[str, Grid]:
    """Make many grids, parents among them or there already. Return them by code. One audit row.

    A person's rows must all hang below grids he may add to; only the installation (None) makes a root.
    """
    take_turn(CODES)
    with waive_scope("the parents are checked against the actor's policy here"):
        wanted = {row.parent for row in rows} | {row.code for row in rows}
        there = {grid.code: grid for grid in Grid.objects.filter(code__in=wanted)}
    areas = {area.code: area for area in Area.objects.filter(code__in={row.area for row in rows if row.area})}
    made: dict[str, Grid] = {}
    for tier in Tier:
        level = [_prepared(actor, row, there, made, areas) for row in rows if row.tier == tier]
        with waive_scope(SYSTEM):
            for grid in Grid.objects.bulk_create(level, batch_size=BATCH):
                made[grid.code] = grid
            _write_paths(tier)
            paths = Grid.objects.filter(tier=tier, code__in=[grid.code for grid in level])
            for code, path in paths.values_list("code", "path"):
                made[code].path = path
    counts = {tier.value: sum(row.tier == tier for row in rows) for tier in Tier}
    record(actor=actor, action=Action.GRIDS_CREATED, changes=counts)
    forget()
    return made


def _prepared(
    actor: User | None, row: GridRow, there: dict[str, Grid], made: dict[str, Grid], areas: dict[str, Area]
) -> Grid:
    parent = made.get(row.parent) or there.get(row.parent)
    if row.parent and parent is None:
        raise Refused(_("%(code)s: there is no grid %(parent)s.") % {"code": row.code, "parent": row.parent})
    if row.code in there or row.code in made:
        raise Refused(_("The code %(code)s is in use.") % {"code": row.code}, field="code")
    if row.area and row.area not in areas:
        raise Refused(_("%(code)s: there is no area %(area)s.") % {"code": row.code, "area": row.area})
    _check_place(row.code, row.tier, row.nature, parent.tier if parent else None)
    if actor is not None and parent is None:
        raise PermissionDenied
    # what hangs below a grid of the same rows was allowed with that one
    if parent is not None and row.parent not in made:
        require(actor, Act.GRID_FOUND, parent)
    return Grid(
        code=row.code, name=row.name, tier=row.tier, nature=row.nature, kind=row.kind, parent=parent,
        peer_group=row.peer_group, area=areas.get(row.area), valid_from=row.valid_from, path=f"new:{row.code}",
    )  # fmt: skip


def _write_paths(tier: str) -> None:
    """Write the paths of the tier's new rows in one statement; their parents' paths stand already."""
    above = Subquery(Grid.objects.filter(pk=OuterRef("parent_id")).values("path"))
    key = Cast(F("pk"), CharField())
    base = Value("/") if tier == Tier.HEAD_OFFICE else above
    Grid.objects.filter(tier=tier, path__startswith="new:").update(
        path=Concat(base, key, Value("/"), output_field=CharField())
    )


@transaction.atomic
def duties_bulk_create(*, actor: User | None, rows: Sequence[tuple[Grid, str, date]]) -> int:
    """Write down many duties at once, as (grid, text, from). One audit row."""
    if actor is not None:
        grids_locked(actor, (row[0] for row in rows), Act.GRID_DUTY)
    for _grid, text, _since in rows:
        refuse_numbers("text", text)
    duties = [Duty(grid_id=grid.pk, text=text, valid_from=since) for grid, text, since in rows]
    Duty.objects.bulk_create(duties, batch_size=BATCH)
    record(actor=actor, action=Action.DUTIES_CREATED, changes={"count": len(duties)})
    return len(duties)
