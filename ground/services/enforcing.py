"""On its day a layout is put in force: grids, households, boundaries and lists, in one transaction."""

import logging
from collections import defaultdict
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.outside import refuse_outside
from audit.services import record, recorded_last
from gridbank.days import day_before
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from gridbank.turns import locked, take_turn
from grids.attempting import attempt
from grids.enums import GridNature, Tier
from grids.models import Area, Grid
from grids.services import grid_close, grid_create, grid_rename
from grids.services.grids import CODES
from ground import dwellers
from ground.actions import Action
from ground.drafts import BELOW, Sheet, sheet
from ground.dwellers import Going
from ground.enums import LayoutState
from ground.findings import sentence
from ground.models import CURRENT, Boundary, Layout, Parcel, ServicePoint
from ground.services.boundaries import boundaries_store
from ground.services.layouts import layout_seal
from people.models import User
from people.persons import is_same

logger = logging.getLogger("gridbank.ground")
BY_THE_CLOCK = "a layout that two signed is put in force by the clock"
BATCH = 500


def layouts_due(*, actor: None = None) -> int:
    """Put in force every layout whose day has come; say of each that can't be why. May be asked again and again."""
    return sum(
        attempt(
            f"layout {one.pk}",
            partial(layout_put_in_force, actor=actor, layout=one),
            partial(_note_trouble, one),
            logger=logger,
        )
        for one in list(Layout.due(timezone.localdate()))
    )


@transaction.atomic
@recorded_last()
def layout_put_in_force(*, actor: None = None, layout: Layout) -> bool:
    """Do what two have signed; False when somebody did it meanwhile. Raises Refused for what stands against it now.

    What comes late begins on the day it is done, never back behind today.
    """
    take_turn(CODES)
    with waive_scope(BY_THE_CLOCK):
        whole = Grid.objects.filter(Q(pk=layout.grid.root_id) | Q(path__startswith=layout.grid.path))
        list(locked(whole.order_by("pk")).values_list("pk"))
        rows = Layout.objects.select_related("grid", "opened_by", "submitted_by", "signed_by")
        found: Layout = locked(rows).get(pk=layout.pk)
        if found.state != LayoutState.SIGNED or found.first_day > timezone.localdate():
            return False
        refuse_outside()
        plan, signer = sheet(actor=None, layout=found), _signer(found)
        if layout_seal(plan) != found.seal:
            raise Refused(_("This is not what was submitted. Give it back and look at it again."))
        if plan.must:
            raise Refused(sentence(plan.must[0]))
        grids = _grids(actor, plan, signer)
        homes = _households(plan, grids, signer)
        closed = _close(actor, plan)
        drawn = _draw(plan, grids, signer)
        _points(plan, grids)
        _list(plan, grids)
    today = timezone.localdate()
    found.state, found.done_at, found.begun_on, found.trouble = LayoutState.DONE, timezone.now(), today, ""
    found.save(update_fields=["state", "done_at", "begun_on", "trouble"])
    changes = {
        "from": today, "version": found.version, "seal": found.seal, "households": homes, "drawn": drawn,
        "closed": closed, "founded": [grids[cell.key].pk for cell in plan.cells.values() if cell.is_new],
        "renamed": [cell.grid_id for cell in plan.cells.values() if cell.renamed_from],
    }  # fmt: skip
    record(actor=actor, action=Action.LAYOUT_DONE, subject=found, changes=changes)
    return True


def _signer(found: Layout) -> User:
    """Return in whose name it is done. Raises Refused unless two people stand under it."""
    maker, signer = found.submitted_by, found.signed_by
    if maker is None or signer is None or is_same(maker, signer) or is_same(found.opened_by, signer):
        raise Refused(_("Two people haven't signed it."))
    return signer


def _grids(actor: None, plan: Sheet, signer: User) -> dict[str, Grid]:
    """Found and rename; return every cell's grid."""
    above, today = plan.layout.grid, timezone.localdate()
    tier = BELOW[Tier(above.tier)]
    found = {cell.key: plan.grids[cell.grid_id] for cell in plan.cells.values() if cell.grid_id is not None}
    for cell in plan.cells.values():
        if cell.is_new:
            found[cell.key] = grid_create(
                actor=actor, code=_free_code(above), name=cell.name, tier=tier, parent=above, valid_from=today,
                nature=GridNature.BASE, kind=cell.kind, peer_group=cell.peer_group, area=_village(plan, cell.key),
            )  # fmt: skip
        elif cell.renamed_from:
            found[cell.key] = grid_rename(actor=actor, grid=found[cell.key], name=cell.name, by=signer)
    return found


def _village(plan: Sheet, key: str) -> Area | None:
    """Return the village that a new grid lies in, if it is one."""
    areas = {row.area.pk: row.area for row in plan.rows if row.target == key and row.area is not None}
    return next(iter(areas.values())) if len(areas) == 1 else None


def _free_code(above: Grid) -> str:
    taken = set(Grid.objects.filter(code__startswith=f"{above.code}-").values_list("code", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if f"{above.code}-{n:02}" not in taken)
    return f"{above.code}-{number:02}"


def _households(plan: Sheet, grids: dict[str, Grid], signer: User) -> list[int]:
    going = [
        Going(sorted(plan.went[row.place]), row.place.area, row.place.group, grids[row.target])
        for row in plan.rows
        if row.is_moved and row.target is not None and row.place in plan.went
    ]
    return dwellers.kept().move(signer, going, timezone.localdate()) if going else []


def _points(plan: Sheet, grids: dict[str, Grid]) -> None:
    """Let service points follow their village where all of it goes one way; from a closed grid to what lies above it."""
    ways: dict[tuple[int, int | None], set[str | None]] = defaultdict(set)
    for row in plan.rows:
        ways[row.origin.pk, row.place.area].add(row.target)
    for cell in plan.cells.values():
        if cell.grid_id is None:
            continue
        here = locked(ServicePoint.objects.filter(grid_id=cell.grid_id).order_by("pk"))
        for point in here:
            to = ways.get((cell.grid_id, point.area_id), set())
            only = next(iter(to)) if len(to) == 1 else None
            if only is not None and only != cell.key:
                point.grid = grids[only]
            elif cell.closed:
                point.grid = plan.layout.grid
            else:
                continue
            point.save(update_fields=["grid"])


def _close(actor: None, plan: Sheet) -> list[int]:
    last_day, found = day_before(timezone.localdate()), []
    for cell in plan.cells.values():
        if cell.closed and cell.grid_id is not None:
            grid_close(actor=actor, grid=plan.grids[cell.grid_id], last_day=last_day)
            found.append(cell.grid_id)
    Boundary.objects.filter(CURRENT, grid__in=found).update(valid_to=last_day)
    return found


def _draw(plan: Sheet, grids: dict[str, Grid], signer: User) -> list[int]:
    drawn = {
        grids[cell.key].pk: plan.grounds[cell.key]
        for cell in plan.open_cells if cell.shape is not None and cell.key in plan.grounds
    }  # fmt: skip
    if drawn:
        boundaries_store(signer, drawn, illustrative=False)
    return sorted(drawn)


def _list(plan: Sheet, grids: dict[str, Grid]) -> None:
    """Write which villages and groups each grid consists of from today on; what it isn't any more ends yesterday."""
    today = timezone.localdate()
    wanted = {
        (grids[row.target].pk, row.place.area, row.place.group)
        for row in plan.rows
        if row.target in grids and row.place.area is not None
    }
    there = Parcel.objects.filter(CURRENT, grid__in=[grid.pk for grid in grids.values()]).order_by("pk")
    stays = set()
    for parcel in locked(there):
        key = (parcel.grid_id, parcel.area_id, parcel.group_name)
        if key in wanted:
            stays.add(key)
            continue
        parcel.valid_to = day_before(today)
        parcel.save(update_fields=["valid_to"])
    # below a branch that has it no more
    for row in plan.rows:
        if row.is_moved and row.place.area is not None and row.origin.pk != plan.layout.grid_id:
            below = Parcel.objects.filter(CURRENT, area=row.place.area, group_name=row.place.group)
            below = below.filter(grid__path__startswith=row.origin.path).exclude(grid=row.origin)
            below.update(valid_to=day_before(today))
    Parcel.objects.bulk_create(
        [
            Parcel(grid_id=grid, area_id=area, group_name=group, valid_from=today)
            for grid, area, group in sorted(wanted - stays)
        ],
        batch_size=BATCH,
    )


@transaction.atomic
def _note_trouble(layout: Layout, why: str) -> None:
    with waive_scope(BY_THE_CLOCK):
        found: Layout = locked(Layout.objects.all()).get(pk=layout.pk)
        if found.state != LayoutState.SIGNED or found.trouble == why[:300]:
            return
        found.trouble = why[:300]
        found.save(update_fields=["trouble"])
        record(actor=None, action=Action.LAYOUT_REFUSED, subject=found, changes={"why": found.trouble})
