"""Who may draw ground. Services and, one day, buttons ask the same function."""

from grids.models import Grid
from grids.policies import can_assign
from people.models import User


def can_draw(actor: User, grid: Grid) -> bool:
    """Whether the person may draw a grid's boundary: head office cuts branches, a branch cuts its own ground."""
    return can_assign(actor, grid)
