"""A household's move from a day before today on: asked for with a reason, in force once head office has signed."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import policies, selectors
from customers.actions import Action
from customers.models import Household
from customers.services.attribution import household_move
from customers.services.households import own_grid
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from grids.enums import BackdatingKind
from grids.models import Backdating, Grid
from grids.services import backdating_ask
from people.models import User


@transaction.atomic
def household_move_ask(
    *, actor: User, household: Household, grid: Grid, since: date, reason: str
) -> Backdating:
    """Ask that a household has belonged to another grid since a day that is over. Raises Refused."""
    household = visible_or_404(selectors.household_list(actor=actor), pk=household.pk)
    policies.own_ground(actor, household)
    return backdating_ask(
        actor=actor, kind=BackdatingKind.MOVE, grid=household.grid, to_grid=grid, subject_id=household.pk,
        subject_name=household.code, since=since, reason=reason,
    )  # fmt: skip


def move_signed(actor: User, asked: Backdating) -> None:
    """Put a move in force that was asked for. Registered with what can be asked for a day before today."""
    household = visible_or_404(locked(selectors.household_list(actor=actor)), pk=asked.subject_id)
    policies.own_ground(actor, household)
    grid = own_grid(actor, asked.to_grid)
    before = household.grid
    if before.pk != asked.grid_id:
        raise Refused(_("It has moved meanwhile."), field="grid")
    if before.pk == grid.pk:
        raise Refused(_("It belongs there already."), field="grid")
    if grid.root_id != before.root_id:
        raise Refused(_("A household stays in its bank."), field="grid")
    if asked.since < grid.valid_from:
        raise Refused(_("The grid wasn't there yet on that day."), field="first_day")
    household.grid = grid
    household.version += 1
    household.updated_at = timezone.now()
    household.save(update_fields=["grid", "version", "updated_at"])
    household_move(actor=asked.asked_by, household=household, before=before, first_day=asked.since)
    changes = {"fields": {"grid": [before.pk, grid.pk]}, "since": asked.since, "version": household.version}
    record(actor=actor, action=Action.HOUSEHOLD_UPDATED, subject=household, changes=changes)
