"""Dealing with bodies that arrived and wait."""

from django.db import transaction
from django.utils import timezone

from audit.services import record
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from people.models import User
from visits import selectors
from visits.actions import Action
from visits.body import clean_reason
from visits.models import HeldVisit


@transaction.atomic
def held_put_aside(*, actor: User, held: HeldVisit, reason: str) -> bool:
    """Take one of one's own bodies off the list, saying why; it is kept. False when that was done before.

    Raises Refused.
    """
    held = visible_or_404(locked(selectors.held_any(actor=actor)), pk=held.pk)
    if held.put_aside_at is not None:
        # sent twice
        return False
    try:
        held.put_aside_reason = clean_reason(reason)
    except ValueError as error:
        raise Refused(str(error), field="reason") from error
    held.put_aside_at = timezone.now()
    held.save(update_fields=["put_aside_at", "put_aside_reason"])
    changes = {"visit": str(held.visit_id), "reason": held.put_aside_reason}
    record(actor=actor, action=Action.VISIT_HELD_PUT_ASIDE, subject=held, changes=changes)
    return True
