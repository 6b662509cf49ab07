"""The room's tables: the tree with its people and duties, and how responsibility is handed over."""

from grids.models.handovers import (
    Handover,
    HandoverPart,
    HandoverSignature,
    HandoverVisit,
    HandoverWard,
    Residual,
)
from grids.models.tree import (
    Area,
    Assignment,
    Backdating,
    Duty,
    Grid,
    GridName,
    Held,
    assigned_paths,
    bank_in,
    banks_of,
    branch_in,
    branches_led,
    led_paths,
    parts_held,
    tops,
    under,
)

__all__ = [
    "Area", "Assignment", "Backdating", "Duty", "Grid", "GridName", "Handover", "HandoverPart", "HandoverSignature",
    "HandoverVisit", "HandoverWard", "Held", "Residual", "assigned_paths", "bank_in", "banks_of", "branch_in",
    "branches_led", "led_paths", "parts_held", "tops", "under",
]  # fmt: skip
