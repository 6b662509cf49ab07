"""The head and the last event move together or not at all. What a forger tries stands in tests/nets/test_forgery.py."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from audit.guards import chain
from audit.models import AuditEvent, AuditHead
from audit.services import event_hash, record
from audit.verification import verify
from gridbank.triggers import all_broken, broken
from tests.audit.lifting import lifted, move_head


@pytest.fixture
def events(db):
    return [record(actor=None, action=f"test.{number}") for number in range(3)]


def following(**changes):
    head = AuditHead.objects.get()
    event = AuditEvent(at=head.at, action="test.more", previous_hash=head.hash, seal="0" * 64)
    for name, value in changes.items():
        setattr(event, name, value)
    event.hash = event_hash(event)
    return event


def refused(act):
    with pytest.raises(DatabaseError, match="is chained"), transaction.atomic():
        act()


def test_an_event_follows_the_head_and_no_other(events):
    following().save()
    refused(following(previous_hash=events[0].hash).save)
    refused(following(at=events[2].at - timedelta(microseconds=1)).save)


def test_the_head_moves_by_one_to_the_event_that_followed_it(events):
    head = AuditHead.objects.filter(pk=1)
    refused(lambda: head.update(count=4))
    event = following()
    event.save()
    to = {"hash": event.hash, "at": event.at}
    for wrong in ({"count": 5}, {"hash": events[1].hash}, {"at": None}):
        refused(lambda wrong=wrong: head.update(**{"count": 4, **to, **wrong}))
    head.update(count=4, **to)
    refused(lambda: head.update(count=5, **to))


def test_the_head_neither_goes_nor_comes_again(events):
    refused(lambda: AuditHead.objects.all()._raw_delete("default"))
    with lifted():
        AuditHead.objects.all()._raw_delete("default")
    refused(lambda: AuditHead.objects.create(pk=1, count=0))
    refused(lambda: record(actor=None, action="test.lost"))


def test_a_trail_may_begin_only_where_there_is_none(db):
    refused(lambda: AuditHead.objects.create(pk=1, count=2))
    refused(lambda: AuditHead.objects.create(pk=1, hash="1" * 64))
    record(actor=None, action="test.first")
    assert verify().is_whole


def test_an_upgraded_head_knows_when_its_event_was(events):
    move_head(at=None)
    with lifted():
        import_module("audit.migrations.0003_head_time").fill(apps, None)
    assert AuditHead.objects.get().at == events[2].at


def test_a_trigger_that_is_gone_is_named(events):
    assert broken(connection, chain()) == []
    with connection.cursor() as cursor:
        table = " ON audit_audithead" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER audit_audithead_moves{table}")
    assert "trigger audit_audithead_moves" in all_broken(connection)
