"""Reading a grid again before writing to it."""

from gridbank.context import memo
from gridbank.scoping import visible_or_404, waive_scope
from grids.authority import Act, require
from grids.models import Grid
from grids.selectors import grid_list
from people.models import User

SYSTEM = "the installation itself sets up the bank: nobody is assigned yet"


def grid_locked(actor: User | None, grid: Grid, act: Act) -> Grid:
    """Read a grid again, under lock and as this actor; None is the installation itself, never a request.

    Raises OutOfSight when the actor can't see it, PermissionDenied when the act there isn't his.
    """
    if actor is None:
        with waive_scope(SYSTEM):
            there: Grid = Grid.objects.select_for_update().get(pk=grid.pk)
            return there
    found = visible_or_404(grid_list(actor=actor).select_for_update(of=("self",)), pk=grid.pk)
    require(actor, act, found)
    return found


def forget() -> None:
    """Let the request remember nothing about who may see what. Whatever changes grids or people in them calls it."""
    memo().clear()
