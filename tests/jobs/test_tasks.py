"""The frame's own night work does what it is called."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone

from audit import reading
from audit.models import Reading
from jobs import tasks
from tests.factories import UserFactory


@pytest.mark.django_db
def test_sessions_that_ended_and_old_guesses_are_forgotten():
    now = timezone.now()
    for name, days in (("old", -1), ("live", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=now + timedelta(days=days))
    for days in (0, 2):
        guess = AccessAttempt.objects.create(
            username="x", ip_address=f"10.0.0.{days}", failures_since_start=1
        )
        AccessAttempt.objects.filter(pk=guess.pk).update(attempt_time=now - timedelta(days=days))
    for days in (1, 181):
        came = AccessLog.objects.create(username="x")
        AccessLog.objects.filter(pk=came.pk).update(attempt_time=now - timedelta(days=days))
    tasks.forget_sign_ins()
    left = [table.objects.count() for table in (Session, AccessAttempt, AccessLog)]
    assert (left, Session.objects.get().session_key) == ([1, 1, 1], "live")


@pytest.mark.django_db
def test_the_read_log_is_watched_and_cleared(monkeypatch):
    old = timezone.now() - reading.KEPT - timedelta(days=1)
    for at in (timezone.now(), old):
        Reading.objects.create(
            at=at, actor=UserFactory(), route="x", kind="customers.household", count=1, first=1, last=1, keys=",1,"
        )  # fmt: skip
    monkeypatch.setattr(reading, "ROWS_A_DAY", 0)
    assert reading.reading_watch({}) == 1
    assert tasks.watch_reading() is None
    tasks.forget_reading()
    assert Reading.objects.count() == 1
