"""A household's move from a day before today on: asked for with a reason, in force once head office has signed."""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from customers import policies, selectors
from customers.actions import Action
from customers.models import Household
from customers.services.attribution import household_move, households_hold
from customers.services.households import household_update, own_grid
from gridbank.errors import Refused
from gridbank.numbers import refuse_numbers
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


def places_seal(households: Iterable[Household]) -> str:
    """Return what stands for where households belong: whoever moves them says by it what he has looked at."""
    told = sorted((one.pk, one.grid_id) for one in households)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@transaction.atomic
@recorded_last()
def households_move(
    *,
    actor: User,
    households: Collection[Household],
    grid: Grid,
    since: date,
    reason: str,
    looked_at: str | None = None,
) -> int:
    """Let several households belong to another grid, all or none; returns how many.

    From today on they do at once, from a day that is over once head office has signed each. Beside each household's own
    row stands one with the reason for all. `looked_at` is the seal of the places that a page has shown. Raises Refused,
    PermissionDenied.
    """
    reason, today = reason.strip(), timezone.localdate()
    if not reason:
        raise Refused(_("Give the reason for the move."), field="reason")
    refuse_numbers("reason", reason)
    if since > today:
        raise Refused(_("The day lies in the future."), field="first_day")
    if since == today:
        # in the order of everybody else: grids, households, and only then months
        own_grid(actor, grid, hold=True)
        households_hold({one.pk for one in households})
    rows = selectors.household_list(actor=actor).filter(pk__in=[one.pk for one in households])
    seen = list(rows.order_by("pk"))
    if looked_at is not None and places_seal(seen) != looked_at:
        raise Refused(_("Somebody moved one of these households meanwhile. Look at the list again."))
    found = [one for one in seen if one.grid_id != grid.pk]
    if not found:
        raise Refused(_("Nothing is ticked that could move there."))
    for one in found:
        if since < today:
            household_move_ask(actor=actor, household=one, grid=grid, since=since, reason=reason)
        else:
            household_update(actor=actor, household=one, version=one.version, data={"grid": grid})
    changes = {"households": [one.pk for one in found], "grid": grid.pk, "since": since, "reason": reason}
    record(actor=actor, action=Action.HOUSEHOLDS_MOVED, changes=changes)
    return len(found)


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
