"""Taking back what was entered by mistake: as if it had never been, and only while nothing was built on it."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from gridbank.days import day_after
from gridbank.errors import Refused
from gridbank.turns import locked, take_turn
from grids.actions import Action
from grids.authority import Act
from grids.models import Assignment, Grid, GridName
from grids.services.access import forget, grid_locked, grids_locked
from grids.services.assignments import (
    assignment_seen,
    check_days,
    check_free,
    check_person,
    held_months,
    lock_people,
    taken_in,
)
from grids.services.grids import CODES
from people.models import User


@transaction.atomic
def grid_withdraw(*, actor: User | None, grid: Grid) -> None:
    """Remove a grid that was added by mistake. Raises Refused when anything belongs to it."""
    take_turn(CODES)
    grid = grid_locked(actor, grid, Act.GRID_KEEP)
    used = _("Something belongs to %(grid)s since.") % {"grid": grid.name}
    changes = {"code": grid.code, "name": grid.name}
    try:
        with transaction.atomic():
            GridName.everywhere().filter(grid=grid).delete()
            grid.delete()
    except (ProtectedError, IntegrityError) as error:
        raise Refused(used) from error
    record(actor=actor, action=Action.GRID_WITHDRAWN, changes=changes)
    forget()


@transaction.atomic
@recorded_last()
def assignments_take_back(
    *, actor: User | None, given: Sequence[Assignment], ended: Sequence[tuple[Assignment, date | None]]
) -> None:
    """Take back parts that begin today or later, and let those go on that ended for them; all or nothing.

    `ended` says of each until when it stood before. Nothing before today changes, but for the installation itself.
    Raises Refused.
    """
    if not given and not ended:
        raise Refused(_("There is nothing to undo."))
    asked = [*given, *(one for one, _until in ended)]
    grids = grids_locked(actor, [assignment_seen(actor, one).grid for one in asked], Act.GRID_ASSIGN)
    # of two at once the second has waited here, and finds nothing more to take back
    found = [assignment_seen(actor, one) for one in given]
    again = [(assignment_seen(actor, one), until) for one, until in ended]
    people = [*found, *(one for one, _until in again)]
    lock_people(one.user_id for one in people)
    for one in people:
        first = one.valid_from if one in found else day_after(one.valid_to or one.valid_from)
        if first < timezone.localdate() and actor is not None:
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


def _withdraw(actor: User | None, row: Assignment) -> None:
    changes = {"grid": row.grid_id, "user": row.user_id, "part": row.part, "from": row.valid_from}
    key = row.pk
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, IntegrityError) as error:
        raise Refused(_("Something was asked for because of it: that is decided first.")) from error
    row.pk = key
    record(actor=actor, action=Action.ASSIGNMENT_WITHDRAWN, subject=row, changes=changes)


def _resume(actor: User | None, grid: Grid, row: Assignment, until: date | None) -> None:
    before, row.valid_to = row.valid_to, until
    if before is None or (until is not None and until <= before):
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    check_person(actor, grid, row.user, row.part)
    check_days(grid, row.valid_from, until)
    check_free(grid, row, taken_in([grid.pk]))
    row.save(update_fields=["valid_to"])
    changes = {"grid": row.grid_id, "user": row.user_id, "to": [before, until]}
    record(actor=actor, action=Action.ASSIGNMENT_RESUMED, subject=row, changes=changes)
