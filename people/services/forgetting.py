"""What nobody asks for again: sessions that have ended, guesses and sign-ins of long ago."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone

GUESSES_KEPT = timedelta(days=1)
SIGN_INS_KEPT = timedelta(days=180)


def sign_ins_forget() -> int:
    """Remove them; return how many rows there were. The trail keeps who came and went."""
    now = timezone.now()
    found = (
        Session.objects.filter(expire_date__lt=now),
        AccessAttempt.objects.filter(attempt_time__lt=now - GUESSES_KEPT),
        AccessLog.objects.filter(attempt_time__lt=now - SIGN_INS_KEPT),
    )
    return sum(rows.delete()[0] for rows in found)
