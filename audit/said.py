"""What the trail truly says of a row: by that the machine acts, where a row alone would tell it what to do."""

from django.db.models import Model
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from audit.services import event_hash
from gridbank.errors import Refused
from gridbank.sealing import is_sealed


def is_true(event: AuditEvent) -> bool:
    """Whether an event is what was recorded, by this installation."""
    return event_hash(event) == event.hash and is_sealed(event.hash, event.seal)


def said(subject: Model, *actions: str) -> list[AuditEvent]:
    """Return the true events of one or several acts on a row, the last one last."""
    events = AuditEvent.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk), action__in=actions
    )
    return [event for event in events.order_by("pk") if is_true(event)]


def refuse_unsaid(*, is_said: bool) -> None:
    """Let nothing be done of which a row says that somebody asked for it, and the trail doesn't. Raises Refused."""
    if not is_said:
        raise Refused(_("The trail doesn't say that this was asked for. Nothing is done."))
