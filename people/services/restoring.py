"""What a restored backup brings back and must not: who was signed in then, and tokens that were ended since."""

from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.services import record
from audit.verification import cut_off, stands_now
from people.actions import Action
from people.models import ApiToken, User


class Ended(NamedTuple):
    """How many there were."""

    sessions: int
    tokens: int


def restored() -> Ended:
    """End what the backup brought back, and note in the anchors where its trail ends. Raises OSError.

    Called by the server room after a restore: what was anchored after the backup is of a trail that is no more.
    """
    count, head = stands_now()
    ended = everybody_out()
    cut_off(count, head)
    return ended


@transaction.atomic
def everybody_out() -> Ended:
    """End every session and token."""
    User.objects.update(session_epoch=F("session_epoch") + 1)
    sessions, _by_model = Session.objects.all().delete()
    tokens = ApiToken.objects.filter(revoked_at=None).update(revoked_at=timezone.now())
    record(
        actor=None,
        action=Action.DATA_RESTORED,
        changes={"sessions_ended": sessions, "tokens_revoked": tokens},
    )
    return Ended(sessions, tokens)
