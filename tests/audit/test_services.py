"""Recording: no row, no act; many writers, one chain."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from audit.models import AuditEvent
from audit.services import event_hash, record, recorded_last
from audit.verification import verify
from tests.factories import UserFactory


def test_no_row_no_act(db, monkeypatch):
    from people import services
    from people.services import accounts

    def broken(**_):
        message = "disk full"
        raise OSError(message)

    monkeypatch.setattr(accounts, "record", broken)
    before = UserFactory._meta.model.objects.count()
    with pytest.raises(OSError, match="disk full"):
        services.account_create(actor=None, username="x", staff_no="x", name="x", role="head_office")
    assert UserFactory._meta.model.objects.count() == before


def test_an_act_can_not_go_on_without_its_row(db, monkeypatch):
    def broken(*_args, **_kwargs):
        raise DatabaseError

    user, at_first = UserFactory(), UserFactory._meta.model.objects.count()
    monkeypatch.setattr(AuditEvent, "save", broken)
    with transaction.atomic():
        UserFactory()
        with suppress(DatabaseError):
            record(actor=user, action="test.lost")
    assert UserFactory._meta.model.objects.count() == at_first


def test_what_is_recorded_within_waits_for_the_end(db):
    with transaction.atomic(), recorded_last():
        record(actor=None, action="test.first")
        with recorded_last():
            record(actor=None, action="test.second")
        assert not AuditEvent.objects.exists()
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "test.first",
        "test.second",
    ]
    assert verify().is_whole


def test_what_was_recorded_goes_with_what_failed(db):
    with suppress(OSError), transaction.atomic(), recorded_last():
        record(actor=None, action="test.lost")
        raise OSError
    record(actor=None, action="test.kept")
    assert [event.action for event in AuditEvent.objects.all()] == ["test.kept"]


def test_a_clock_that_was_put_back_stops_nobody_and_turns_no_order(db, monkeypatch):
    first = record(actor=None, action="test.first")
    monkeypatch.setattr(timezone, "now", lambda: first.at - timedelta(hours=1))
    assert record(actor=None, action="test.second").at == first.at
    assert verify().is_whole


@pytest.mark.django_db(transaction=True)
def test_eight_writers_make_one_chain():
    with transaction.atomic():
        user = UserFactory()
        record(actor=user, action="test.user")
    start = threading.Barrier(8)

    def write():
        start.wait()
        for n in range(10):
            with transaction.atomic():
                record(actor=user, action=f"test.{n}")
        connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    report = verify()
    assert (report.breaks, report.count) == ([], 81)
    assert AuditEvent.objects.values("previous_hash").distinct().count() == 81


def test_the_hash_of_an_event_never_changes():
    """A column that events get later is no part of it: the chain of every installation is checked by this."""
    event = AuditEvent(
        previous_hash="0" * 64, at=datetime(2026, 3, 2, 11, 30, 5, 7, tzinfo=UTC), actor_id=7, action="visit.corrected",
        subject_type="visits.visit", subject_id="5", changes='{"fields":["note"]}', request_id="r1",
    )  # fmt: skip
    assert event_hash(event)[:16] == "8efa106c50a9728e"
