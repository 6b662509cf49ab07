"""An event stays as it was written."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from audit.models import AuditEvent
from audit.services import record
from audit.verification import verify
from tests.factories import UserFactory


@pytest.fixture
def events(db):
    user = UserFactory()
    return [
        record(actor=user, action=f"test.{n}", subject=user, changes={"n": n, "名": "赵"}) for n in range(5)
    ]


COLUMNS = "seal, at, actor_id, subject_type, subject_id, changes, request_id, previous_hash"
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
    # else keys still to be checked would refuse a TRUNCATE first
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(DatabaseError, match=r"append-only|is chained"),
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
