"""Proving and repairing the tree."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids.actions import Action
from grids.enums import GridNature, Part, Tier
from grids.models import Assignment, Grid
from grids.services.access import forget
from grids.services.grids import ABOVE

BATCH = 500


@dataclass(frozen=True)
class Fault:
    """Something that must never be so. `path` is the right one when writing it mends the fault."""

    grid_id: int
    code: str
    text: str
    path: str | None = None


@dataclass(frozen=True)
class _Row:
    pk: int
    code: str
    parent: int | None
    path: str
    tier: str
    nature: str


def _right_paths(rows: dict[int, _Row]) -> dict[int, str | None]:
    """Return the path of each grid by its parents alone; None where the parents run in a circle."""
    found: dict[int, str | None] = {}
    for start in rows:
        chain, pk = [], start
        while pk not in found and pk not in chain:
            chain.append(pk)
            above = rows[pk].parent
            if above is None:
                break
            pk = above
        broken = pk in chain and rows[pk].parent is not None
        for one in reversed(chain):
            above = rows[one].parent
            base = "/" if above is None else found.get(above)
            found[one] = None if broken or base is None else f"{base}{one}/"
    return found


def _of_row(row: _Row, rows: dict[int, _Row], right: str | None) -> Iterator[Fault]:
    if right is None:
        yield Fault(row.pk, row.code, _("its parents run in a circle; set a right parent by hand"))
        return
    if row.path != right:
        text = _("its path is %(path)s and should be %(right)s") % {"path": row.path, "right": right}
        yield Fault(row.pk, row.code, text, right)
    above = rows[row.parent].tier if row.parent else None
    if above not in ABOVE[row.tier]:
        yield Fault(row.pk, row.code, _("a grid of its tier can't hang there; set a right parent by hand"))
    if row.nature == GridNature.SPECIAL and row.tier != Tier.MANAGER:
        yield Fault(row.pk, row.code, _("only an account manager's grid can be special"))


def _double_leads() -> Iterator[Fault]:
    rows = Assignment.objects.filter(part=Part.LEAD).order_by("grid_id", "valid_from", "pk")
    last: tuple[int, object] | None = None
    for grid_id, code, since, until in rows.values_list("grid_id", "grid__code", "valid_from", "valid_to"):
        if last and last[0] == grid_id and (last[1] is None or last[1] >= since):
            yield Fault(grid_id, code, _("has two leads on %(day)s; end one by hand") % {"day": since})
        last = (grid_id, until)


def tree_faults() -> list[Fault]:
    """Return everything that is wrong with the tree and its leads. For the operator: it reads every grid."""
    with waive_scope("verify_grids proves the whole tree"):
        fields = ("pk", "code", "parent_id", "path", "tier", "nature")
        rows = {one[0]: _Row(*one) for one in Grid.objects.values_list(*fields)}
        right = _right_paths(rows)
        found = [fault for row in rows.values() for fault in _of_row(row, rows, right[row.pk])]
        return found + list(_double_leads())


@transaction.atomic
def tree_repair(*, actor: None) -> list[Fault]:
    """Write every path that can be worked out from the parents; return what was mended. One audit row."""
    with waive_scope("verify_grids repairs the whole tree"):
        list(locked(Grid.objects.order_by("pk")).values_list("pk"))
        mended = [fault for fault in tree_faults() if fault.path is not None]
        grids = Grid.objects.only("pk", "path").in_bulk([fault.grid_id for fault in mended])
        # paths are unique: two that were swapped would meet half-way
        for step in ("aside", "right"):
            for fault in mended:
                grids[fault.grid_id].path = fault.path if step == "right" else f"mend:{fault.grid_id}"
            Grid.objects.bulk_update(grids.values(), ["path"], batch_size=BATCH)
    if mended:
        changes = {"count": len(mended), "grids": [fault.code for fault in mended[:50]]}
        record(actor=actor, action=Action.GRIDS_PATHS_REPAIRED, changes=changes)
        forget()
    return mended
