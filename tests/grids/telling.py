"""The trail tells of what factories made: as if services had."""

from audit.services import record
from grids.actions import Action
from grids.models import Assignment
from grids.services.proving import began


def tell_of_assignments() -> None:
    """Let one event name every assignment that stands."""
    rows = list(Assignment.everywhere().order_by("pk"))
    changes = {"count": len(rows), "assignments": began(rows)}
    record(actor=None, action=Action.ASSIGNMENTS_STARTED, changes=changes)
