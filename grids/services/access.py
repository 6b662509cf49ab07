"""Reading a grid again before writing to it."""

from collections.abc import Iterable

from django.utils import timezone

from gridbank.context import memo
from gridbank.days import not_over
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids.authority import Act, require, roles_for, who_can
from grids.enums import Part
from grids.models import Assignment, Grid
from grids.selectors import grid_list
from people.holding import Led
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


SHOWN = 5


def leads_of(user: User) -> Led:
    """Return what somebody leads today or later, and who may hand it over; whoever closes accounts sees no grid."""
    with waive_scope("whoever closes an account sees no grid; he is told what must be handed over first"):
        rows = Assignment.objects.filter(not_over(timezone.localdate()), user=user, part=Part.LEAD)
        grids = [row.grid for row in rows.select_related("grid").order_by("grid__path", "pk")]
    takers = who_can(Act.GRID_ASSIGN, grids[0]) if grids else []
    named = [grid.name for grid in grids[:SHOWN]] + (["…"] if len(grids) > SHOWN else [])
    return Led(named, [one.name for one in takers if one.pk != user.pk][:SHOWN])


def parts_in_the_way(user: User, role: str) -> list[str]:
    """Return the parts, today's and later ones, that a person could not have with another role, in words."""
    today = timezone.localdate()
    with waive_scope("whoever gives roles sees no grid; he is told what stands in the way"):
        rows = Assignment.objects.filter(user=user).exclude(valid_to__lt=today).select_related("grid")
        return [
            f"{one.grid.name} {one.get_part_display()}"
            for one in rows.order_by("grid__path", "pk")
            if role not in roles_for(one.grid.tier, one.part)
        ]
