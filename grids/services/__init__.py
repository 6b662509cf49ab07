"""Writing the grid: areas, grids, people in them and duties."""

from grids.services.areas import AreaCounts, AreaRow, area_check, areas_import
from grids.services.assignments import (
    AssignmentRow,
    assignment_end,
    assignment_start,
    assignment_transfer,
    assignments_bulk_create,
    assignments_set,
    duty_create,
    duty_end,
)
from grids.services.backdating import backdating_ask, backdating_refuse, backdating_sign
from grids.services.founding import bank_found, own_bank_found
from grids.services.grids import (
    GridRow,
    duties_bulk_create,
    grid_create,
    grids_bulk_create,
)
from grids.services.handing import handover_put_in_force, handovers_due
from grids.services.handovers import (
    handover_open,
    handover_sign,
    handover_undo,
    handover_visit_add,
)
from grids.services.keeping import grid_close, grid_close_ask, grid_rename
from grids.services.tree import Fault, tree_faults, tree_repair
from grids.services.undoing import backdating_take_back, duty_resume, duty_take_back
from grids.services.withdrawing import assignments_take_back, grid_withdraw

__all__ = [
    "AreaCounts",
    "AreaRow",
    "AssignmentRow",
    "Fault",
    "GridRow",
    "area_check",
    "areas_import",
    "assignment_end",
    "assignment_start",
    "assignment_transfer",
    "assignments_bulk_create",
    "assignments_set",
    "assignments_take_back",
    "backdating_ask",
    "backdating_refuse",
    "backdating_sign",
    "backdating_take_back",
    "bank_found",
    "duties_bulk_create",
    "duty_create",
    "duty_end",
    "duty_resume",
    "duty_take_back",
    "grid_close",
    "grid_close_ask",
    "grid_create",
    "grid_rename",
    "grid_withdraw",
    "grids_bulk_create",
    "handover_open",
    "handover_put_in_force",
    "handover_sign",
    "handover_undo",
    "handover_visit_add",
    "handovers_due",
    "own_bank_found",
    "tree_faults",
    "tree_repair",
]
