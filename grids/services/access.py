"""Reading a grid again before writing to it."""

from collections.abc import Callable, Iterable

from django.core.exceptions import PermissionDenied

from gridbank.context import memo
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids.models import Grid
from grids.selectors import grid_list
from people.models import User

SYSTEM = "the installation itself sets up the bank: nobody is assigned yet"


def grid_locked(actor: User | None, grid: Grid, allowed: Callable[[User, Grid], bool]) -> Grid:
    """Read a grid again, under lock and as this actor; None is the installation itself, never a request.

    Raises OutOfSight when the actor can't see it, PermissionDenied when the policy says no.
    """
    if actor is None:
        with waive_scope(SYSTEM):
            there: Grid = locked(Grid.objects.all()).get(pk=grid.pk)
            return there
    found = visible_or_404(locked(grid_list(actor=actor)), pk=grid.pk)
    if not allowed(actor, found):
        raise PermissionDenied
    return found


def forget() -> None:
    """Let the request remember nothing about who may see what. Whatever changes grids or people in them calls it."""
    memo().clear()


def grids_locked(
    actor: User | None, grids: Iterable[Grid], allowed: Callable[[User, Grid], bool]
) -> dict[int, Grid]:
    """Read many grids again as grid_locked does, in one order for all: two at once never hold what the other wants."""
    by_key = {grid.pk: grid for grid in grids}
    return {pk: grid_locked(actor, by_key[pk], allowed) for pk in sorted(by_key)}
