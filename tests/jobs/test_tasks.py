"""The frame's own night work does what it is called."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit import reading
from audit.models import Reading
from jobs import tasks
from tests.factories import UserFactory


@pytest.mark.django_db
def test_the_read_log_is_watched_and_cleared(monkeypatch):
    old = timezone.now() - reading.KEPT - timedelta(days=1)
    for at in (timezone.now(), old):
        Reading.objects.create(
            at=at, actor=UserFactory(), route="x", kind="customers.household", count=1, first=1, last=1, keys=",1,"
        )  # fmt: skip
    monkeypatch.setattr(reading, "ROWS_A_DAY", 0)
    assert reading.reading_watch() == 1
    assert tasks.watch_reading() is None
    tasks.forget_reading()
    assert Reading.objects.count() == 1
