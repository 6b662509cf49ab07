"""Taking back duties, and what was asked for a day before today."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from grids.actions import Action
from grids.authority import Act
from grids.models import Backdating, Duty
from grids.selectors import backdating_list, duty_list
from grids.services.access import grid_locked
from grids.services.backdating import asked_by
from people.models import User


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
