"""What a restored backup brings back and must not: who was signed in then, and tokens that were ended since."""

from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.services import record
from people.actions import Action
from people.models import ApiToken, User


class Ended(NamedTuple):
    """How many there were."""

    sessions: int
    tokens: int


@transaction.atomic
def everybody_out() -> Ended:
    """End every session and token; called by the server room after a restore."""
    User.objects.update(session_epoch=F("session_epoch") + 1)
    sessions, _by_model = Session.objects.all().delete()
    tokens = ApiToken.objects.filter(revoked_at=None).update(revoked_at=timezone.now())
    record(
        actor=None,
        action=Action.DATA_RESTORED,
        changes={"sessions_ended": sessions, "tokens_revoked": tokens},
    )
    return Ended(sessions, tokens)
