"""The read log: what the database refuses, who reads too much, and what goes in time."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import reading
from audit.guards import KEPT_DAYS
from audit.models import AuditEvent, Reading
from gridbank.context import archives_read, note_archive, request_scope
from people.models import User
from tests.factories import UserFactory

HOME = "customers.household"


@pytest.fixture
def li(db) -> User:
    return UserFactory()


def left(actor: User, *keys: int, ago: timedelta = timedelta(), kind: str = HOME) -> Reading:
    return Reading.objects.create(
        at=reading.timezone.now() - ago, actor=actor, route="customers:household", kind=kind, count=len(keys), first=min(keys),
        last=max(keys), keys=f",{','.join(map(str, keys))},",
    )  # fmt: skip


def test_a_request_leaves_one_row_of_all_it_read(li):
    with request_scope("abc"):
        note_archive("customers.customer", 4)
        for key in (30, 7, 7, 12):
            note_archive(HOME, key)
        row = reading.reading_record(actor=li, route="x" * 80, token=5)
    assert row is not None
    row.refresh_from_db()
    assert (row.kind, row.count, row.first, row.last, row.keys) == (HOME, 3, 7, 30, ",7,12,30,")
    assert (row.actor, row.token, row.request_id, row.route) == (li, 5, "abc", "x" * 60)


def test_nothing_is_written_when_nothing_was_read(li):
    note_archive(HOME, 1)
    assert archives_read() == {}
    with request_scope("abc"):
        assert reading.reading_record(actor=li, route="x", token=None) is None
    assert not Reading.objects.exists()


YOUNG, OLD = timedelta(days=KEPT_DAYS - 1), timedelta(days=KEPT_DAYS + 1)
REFUSED = [
    "UPDATE audit_reading SET count = 1",
    "DELETE FROM audit_reading",
    *{"sqlite": ["UPDATE OR REPLACE audit_reading SET id = id + 1"], "postgresql": ["TRUNCATE audit_reading"]}[
        connection.vendor
    ],
]  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_keeps_a_row(li, statement):
    left(li, 1, ago=YOUNG)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_an_old_row_can_go_and_is_never_changed(li):
    row = left(li, 1, ago=OLD)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Reading.objects.update(count=2)
    row.delete()
    assert not Reading.objects.exists()


def test_what_is_old_enough_goes_and_the_trail_tells(li):
    left(li, 1, ago=reading.KEPT + timedelta(days=1))
    kept = left(li, 2, ago=reading.KEPT - timedelta(days=1))
    assert reading.reading_forget() == 1
    assert list(Reading.objects.all()) == [kept]
    assert AuditEvent.objects.get().details == {"rows": 1}
    assert reading.reading_forget() == 0
    assert AuditEvent.objects.count() == 1


def told() -> list[tuple[str, str, int]]:
    events = AuditEvent.objects.filter(action="reading.alarm").order_by("pk")
    return [(event.subject_id, event.details["limit"], event.details["found"]) for event in events]


@pytest.mark.parametrize(
    ("limit", "most"), [("archives_an_hour", 2), ("archives_a_day", 3), ("rows_a_day", 7)]
)
def test_who_reads_too_much_is_told_of_once(li, monkeypatch, limit, most):
    noon = timezone.localtime().replace(hour=12)
    monkeypatch.setattr(reading.timezone, "now", lambda: noon)
    for name in ("ARCHIVES_AN_HOUR", "ARCHIVES_A_DAY", "ROWS_A_DAY"):
        monkeypatch.setattr(reading, name, most if name == limit.upper() else 1000)
    other = UserFactory()
    if limit == "rows_a_day":
        left(li, 1, 2, 3, 4, ago=timedelta(hours=3))
        left(li, 1, 2, 3)
    else:
        for key in range(most):
            left(li, key + 1)
            # the same again is no archive more, nor is what was yesterday's
            left(li, key + 1)
            left(li, key + 500, ago=timedelta(hours=13))
    left(other, 1)
    assert reading.reading_watch({}) == 0
    left(li, 99)
    assert reading.reading_watch({}) == 1
    assert told() == [(str(li.pk), limit, most + 1)]
    assert reading.reading_watch({}) == 0
    assert len(told()) == 1


def test_two_accounts_of_a_person_are_read_together(li, monkeypatch):
    monkeypatch.setattr(reading, "ROWS_A_DAY", 3)
    other, stranger = UserFactory(), UserFactory()
    for actor in (li, other, stranger):
        left(actor, 1, 2)
    assert reading.reading_watch({}) == 0
    assert reading.reading_watch({other.pk: li.pk}) == 1
    assert told() == [(str(li.pk), "rows_a_day", 4)]
