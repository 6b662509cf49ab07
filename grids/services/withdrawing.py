"""Taking back what was entered by mistake: as if it had never been, and only while nothing was built on it."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.turns import take_turn
from grids import closing
from grids.actions import Action
from grids.authority import Act
from grids.models import Assignment, Grid, GridName
from grids.services.access import forget, grid_locked
from grids.services.assignments import check_free, held_months, locked_assignment, taken_in
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
def assignment_withdraw(*, actor: User | None, assignment: Assignment) -> None:
    """Remove a responsibility that was entered by mistake. Raises Refused once it has begun, or for a final month."""
    row, grid = locked_assignment(actor, assignment)
    _unpublished(actor, grid, row.valid_from)
    changes = {"grid": grid.pk, "user": row.user_id, "part": row.part, "from": row.valid_from}
    key = row.pk
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, IntegrityError) as error:
        raise Refused(_("A change before today was signed for it.")) from error
    row.pk = key
    record(actor=actor, action=Action.ASSIGNMENT_WITHDRAWN, subject=row, changes=changes)
    forget()


@transaction.atomic
def assignment_end_withdraw(*, actor: User | None, assignment: Assignment, until: date | None) -> None:
    """Let a responsibility go on that was ended by mistake, until its last day of before. Raises Refused."""
    row, grid = locked_assignment(actor, assignment)
    if row.valid_to is None:
        raise Refused(_("It has no last day."))
    _unpublished(actor, grid, row.valid_to)
    before, row.valid_to = row.valid_to, until
    check_free(grid, row, taken_in([grid.pk]))
    row.save(update_fields=["valid_to"])
    changes = {"grid": grid.pk, "user": row.user_id, "to": [before, until]}
    record(actor=actor, action=Action.ASSIGNMENT_RESUMED, subject=row, changes=changes)
    forget()


def _unpublished(actor: User | None, grid: Grid, since: date) -> None:
    final = held_months(actor, grid, since, "")
    if final:
        message = _("%(months)s is published: responsibility in it stays as it was.")
        raise Refused(message % {"months": closing.show_months(final)})
