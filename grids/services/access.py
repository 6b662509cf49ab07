"""Reading a grid again before writing to it."""

from collections.abc import Iterable

from gridbank.context import memo
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
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
            there: Grid = locked(Grid.objects.all()).get(pk=grid.pk)
            return there
    found = visible_or_404(locked(grid_list(actor=actor)), pk=grid.pk)
    require(actor, act, found)
    return found


def forget() -> None:
    """Let the request remember nothing about who may see what. Whatever changes grids or people in them calls it."""
    memo().clear()


def grids_locked(actor: User | None, grids: Iterable[Grid], act: Act) -> dict[int, Grid]:
    """Read many grids again as grid_locked does, in one order for all: two at once never hold what the other wants."""
    by_key = {grid.pk: grid for grid in grids}
    return {pk: grid_locked(actor, by_key[pk], act) for pk in sorted(by_key)}
