"""Taking back who was made responsible, or stopped, from today or a later day on; duties, and what was asked for."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from gridbank.days import day_after
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from grids.actions import Action
from grids.authority import Act
from grids.models import Assignment, Backdating, Duty, Grid
from grids.selectors import assignment_list, backdating_list, duty_list
from grids.services.access import forget, grid_locked, grids_locked
from grids.services.assignments import (
    check_days,
    check_free,
    check_person,
    held_months,
    lock_people,
    taken_in,
)
from grids.services.backdating import asked_by
from people.models import User


@transaction.atomic
@recorded_last()
def assignments_take_back(
    *, actor: User, given: Sequence[Assignment], ended: Sequence[tuple[Assignment, date | None]]
) -> None:
    """Take back parts that begin today or later, and let those go on that ended for them; all or nothing.

    `ended` says of each until when it stood before. Nothing before today changes. Raises Refused.
    """
    if not given and not ended:
        raise Refused(_("There is nothing to undo."))
    rows = assignment_list(actor=actor)
    asked = [*given, *(one for one, _until in ended)]
    grids = grids_locked(actor, [visible_or_404(rows, pk=one.pk).grid for one in asked], Act.GRID_ASSIGN)
    # of two at once the second has waited here, and finds nothing more to take back
    found = [visible_or_404(rows, pk=one.pk) for one in given]
    again = [(visible_or_404(rows, pk=one.pk), until) for one, until in ended]
    people = [*found, *(one for one, _until in again)]
    lock_people(one.user_id for one in people)
    for one in people:
        first = one.valid_from if one in found else day_after(one.valid_to or one.valid_from)
        if first < timezone.localdate():
            raise Refused(_("It has begun to count: end it with a day instead."))
        held_months(actor, grids[one.grid_id], first, "valid_from")
    list(
        locked(Assignment.everywhere().filter(pk__in=[one.pk for one in people]))
        .order_by("pk")
        .values_list("pk")
    )
    for one in found:
        _withdraw(actor, one)
    for one, until in again:
        _resume(actor, grids[one.grid_id], one, until)
    forget()


def _withdraw(actor: User, row: Assignment) -> None:
    changes = {"grid": row.grid_id, "user": row.user_id, "part": row.part, "from": row.valid_from}
    key = row.pk
    try:
        row.delete()
    except ProtectedError as error:
        raise Refused(_("Something was asked for because of it: that is decided first.")) from error
    row.pk = key
    record(actor=actor, action=Action.ASSIGNMENT_WITHDRAWN, subject=row, changes=changes)


def _resume(actor: User, grid: Grid, row: Assignment, until: date | None) -> None:
    before, row.valid_to = row.valid_to, until
    if before is None or (until is not None and until <= before):
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    check_person(actor, grid, row.user, row.part)
    check_days(grid, row.valid_from, until)
    check_free(grid, row, taken_in([grid.pk]))
    row.save(update_fields=["valid_to"])
    changes = {"grid": row.grid_id, "user": row.user_id, "to": [before, until]}
    record(actor=actor, action=Action.ASSIGNMENT_RESUMED, subject=row, changes=changes)


def _held_duty(actor: User, duty: Duty) -> Duty:
    found = visible_or_404(duty_list(actor=actor), pk=duty.pk)
    grid_locked(actor, found.grid, Act.GRID_DUTY)
    # of two at once the second waits here, and finds nothing more to take back
    return visible_or_404(locked(duty_list(actor=actor)), pk=found.pk)


@transaction.atomic
def duty_take_back(*, actor: User, duty: Duty) -> None:
    """Remove a duty that was written by mistake. Raises Refused once it has been ended: then it is history."""
    found = _held_duty(actor, duty)
    if found.valid_to is not None and found.valid_to < timezone.localdate():
        raise Refused(_("The duty is over: it stays in the grid's history."))
    changes = {"grid": found.grid_id, "text": found.text, "from": found.valid_from}
    found.delete()
    record(actor=actor, action=Action.DUTY_WITHDRAWN, changes=changes)


@transaction.atomic
def duty_resume(*, actor: User, duty: Duty, until: date | None) -> None:
    """Let a duty go on that was ended, until its last day of before. Raises Refused when it goes on already."""
    found = _held_duty(actor, duty)
    if found.valid_to is None or (until is not None and until <= found.valid_to):
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    before, found.valid_to = found.valid_to, until
    found.save(update_fields=["valid_to"])
    record(actor=actor, action=Action.DUTY_RESUMED, subject=found, changes={"to": [before, until]})


@transaction.atomic
def backdating_take_back(*, actor: User, backdating: Backdating) -> None:
    """Ask no longer for what one asked for oneself. Raises Refused once somebody has decided it."""
    found = visible_or_404(backdating_list(actor=actor).filter(asked_by=actor), pk=backdating.pk)
    grid_locked(actor, found.grid, asked_by(found.kind))
    asked = visible_or_404(locked(backdating_list(actor=actor)), pk=found.pk)
    if asked.decided_at is not None:
        raise Refused(_("This is decided already."))
    changes = {"kind": asked.kind, "grid": asked.grid_id, "since": asked.since, "reason": asked.reason}
    asked.delete()
    record(actor=actor, action=Action.BACKDATING_WITHDRAWN, changes=changes)
