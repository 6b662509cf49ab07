"""Writing the ground: its boundaries, drafts of another cut, service points, what the official register counts."""

from ground.services.boundaries import boundaries_bulk_set, boundary_set
from ground.services.drawing import layout_bring, layout_cut, layout_draw, layout_draw_new
from ground.services.enforcing import layout_put_in_force, layouts_due
from ground.services.layouts import (
    layout_close_cell,
    layout_found,
    layout_keep_cell,
    layout_merge,
    layout_move,
    layout_open,
    layout_rename,
    layout_return,
    layout_sign,
    layout_step_back,
    layout_submit,
    layout_undo,
)
from ground.services.points import (
    ServicePointRow,
    point_row,
    point_told,
    service_point_add,
    service_point_change,
    service_point_close,
    service_point_reopen,
    service_point_withdraw,
    service_points_bulk_create,
)
from ground.services.register import official_counts_set

__all__ = [
    "ServicePointRow",
    "boundaries_bulk_set",
    "boundary_set",
    "layout_bring",
    "layout_close_cell",
    "layout_cut",
    "layout_draw",
    "layout_draw_new",
    "layout_found",
    "layout_keep_cell",
    "layout_merge",
    "layout_move",
    "layout_open",
    "layout_put_in_force",
    "layout_rename",
    "layout_return",
    "layout_sign",
    "layout_step_back",
    "layout_submit",
    "layout_undo",
    "layouts_due",
    "official_counts_set",
    "point_row",
    "point_told",
    "service_point_add",
    "service_point_change",
    "service_point_close",
    "service_point_reopen",
    "service_point_withdraw",
    "service_points_bulk_create",
]
