"""The trail is append-only, and whoever tampers with it is found."""

import threading
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import ProtectedError

from audit.models import AuditEvent, AuditHead
from audit.services import GENESIS, record
from audit.verification import verify
from gridbank import triggers
from tests.factories import UserFactory


@pytest.fixture
def events(db):
    user = UserFactory()
    return [
        record(actor=user, action=f"test.{n}", subject=user, changes={"n": n, "名": "赵"}) for n in range(5)
    ]


@pytest.fixture
def unguarded(db):
    """Lift the triggers as an attacker with the database's password would."""
    sql = triggers.append_only("audit_auditevent", unique=("id", "hash"))

    def run(statement, *values):
        with connection.cursor() as cursor:
            for drop in triggers.statements(connection, sql, "drop"):
                cursor.execute(drop)
            cursor.execute(statement, values)
            for create in triggers.statements(connection, sql, "create"):
                cursor.execute(create)

    return run


def test_an_untouched_trail_is_whole(events, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out == f"The audit trail is whole: 5 events, head {events[-1].hash}\n"


def test_an_empty_trail_is_whole(db):
    report = verify()
    assert (report.is_whole, report.count, report.head) == (True, 0, GENESIS)


COLUMNS = "at, actor_id, subject_type, subject_id, changes, request_id, previous_hash"
REFUSED = [
    "UPDATE audit_auditevent SET action = 'x'",
    "DELETE FROM audit_auditevent",
    "UPDATE audit_auditevent SET hash = hash WHERE 1 = 1",
]
ON_ONE = {
    "sqlite": [
        f"REPLACE INTO audit_auditevent (id, action, hash, {COLUMNS}) SELECT id, 'x', 'x' || id, {COLUMNS} FROM audit_auditevent",
        f"REPLACE INTO audit_auditevent (action, hash, {COLUMNS}) SELECT 'x', hash, {COLUMNS} FROM audit_auditevent",
        f"INSERT OR REPLACE INTO audit_auditevent (id, action, hash, {COLUMNS}) SELECT id, 'x', hash, {COLUMNS} FROM audit_auditevent",
        "UPDATE OR REPLACE audit_auditevent SET id = id + 1",
        (f"INSERT INTO audit_auditevent (id, action, hash, {COLUMNS}) SELECT id, 'x', hash, {COLUMNS} FROM audit_auditevent"
        " WHERE true ON CONFLICT DO UPDATE SET action = 'x'"),
    ],
    "postgresql": [
        "TRUNCATE audit_auditevent",
        "TRUNCATE people_user CASCADE",
        (f"INSERT INTO audit_auditevent (id, action, hash, {COLUMNS}) SELECT id, 'x', hash, {COLUMNS} FROM audit_auditevent"
        " ON CONFLICT (id) DO UPDATE SET action = 'x'"),
        "WITH gone AS (DELETE FROM audit_auditevent RETURNING 1) SELECT count(*) FROM gone",
    ],
}  # fmt: skip


@pytest.mark.parametrize("statement", [*REFUSED, *ON_ONE[connection.vendor]])
def test_the_database_refuses_to_change_an_event(events, statement):
    if connection.vendor == "postgresql":  # else keys still to be checked would refuse a TRUNCATE first
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify().is_whole


def test_nothing_takes_an_event_with_it(events):
    """Not the person who did it, by the ORM or past it, nor a queryset of events."""
    person = UserFactory()
    record(actor=person, action="test.seen")
    rows = AuditEvent.objects.filter(actor=person)
    for delete in (person.delete, type(person).objects.filter(pk=person.pk).delete):
        with pytest.raises(ProtectedError):
            delete()
    for way in (rows.delete, lambda: rows._raw_delete("default"), lambda: rows.update(action="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            way()
    assert verify().is_whole
    assert rows.count() == 1


def test_the_model_refuses_too(events):
    for change in (events[0].save, events[0].delete):
        with pytest.raises(TypeError):
            change()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "x"),
        ("changes", "{}"),
        ("subject_id", "9"),
        ("subject_type", "x"),
        ("request_id", "x"),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("actor_id", None),
        ("previous_hash", "0" * 64),
        ("hash", "f" * 64),
    ],
)
def test_a_changed_column_is_found_where_it_is(events, unguarded, column, value):
    unguarded(f"UPDATE audit_auditevent SET {column} = %s WHERE id = %s", value, events[2].pk)
    report = verify()
    assert not report.is_whole
    assert report.breaks[0].startswith(f"event {events[2].pk}:")


def test_a_removed_event_is_found(events, unguarded):
    unguarded("DELETE FROM audit_auditevent WHERE id = %s", events[2].pk)
    assert verify().breaks[0] == f"event {events[3].pk}: it does not follow the event before it"


def test_a_cut_tail_is_found(events, unguarded):
    unguarded("DELETE FROM audit_auditevent WHERE id >= %s", events[3].pk)
    assert verify().breaks == ["2 events are missing: the head counts 5"]


def test_an_emptied_trail_is_found(events, unguarded):
    unguarded("DELETE FROM audit_auditevent")
    assert verify().breaks == ["5 events are missing: the head counts 5"]


def test_a_head_set_back_is_found(events):
    AuditHead.objects.update(count=3, hash=events[2].hash)
    assert verify().breaks == ["2 events stand beyond the head"]


def test_a_head_with_another_hash_is_found(events):
    AuditHead.objects.update(hash="f" * 64)
    assert "the head names another hash" in verify().breaks[0]


def test_swapped_events_are_found(events, unguarded):
    first, second = events[1], events[2]
    unguarded("UPDATE audit_auditevent SET id = id + 100 WHERE id = %s", first.pk)
    assert verify().breaks[0] == f"event {second.pk}: it does not follow the event before it"


def test_a_rewritten_trail_is_found_by_an_anchor_kept_elsewhere(events):
    assert verify(anchor=events[1].hash).is_whole
    assert verify(anchor="e" * 64).breaks == ["the anchor is not part of the chain"]


def test_the_command_fails_and_says_where(events, unguarded):
    unguarded("UPDATE audit_auditevent SET action = 'x' WHERE id = %s", events[2].pk)
    with pytest.raises(CommandError, match=f"event {events[2].pk}: its content does not match its hash"):
        call_command("verify_audit")


def test_no_row_no_act(db, monkeypatch):
    from people import services

    def broken(**_):
        message = "disk full"
        raise OSError(message)

    monkeypatch.setattr(services.accounts, "record", broken)
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


@pytest.mark.django_db(transaction=True)
def test_eight_writers_make_one_chain():
    user = UserFactory()
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
    assert (report.breaks, report.count) == ([], 80)
    assert AuditEvent.objects.values("previous_hash").distinct().count() == 80
