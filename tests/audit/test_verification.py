"""The trail is append-only, and whoever tampers with it is found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import verification
from audit.services import GENESIS, record
from audit.verification import Numbered, Signed, verify
from tests.audit.lifting import lifted, move_head
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

    def run(statement, *values):
        with lifted(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


def test_an_untouched_trail_is_whole(events, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out == f"The audit trail is whole: 5 events, head {events[-1].hash}\n"


def test_an_empty_trail_is_whole(db):
    report = verify()
    assert (report.is_whole, report.count, report.head) == (True, 0, GENESIS)


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
    move_head(count=3, hash=events[2].hash)
    assert verify().breaks == ["2 events stand beyond the head"]


def test_a_head_with_another_hash_is_found(events):
    move_head(hash="f" * 64)
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


def test_what_somebody_signed_must_stand_in_the_trail_as_he_did(events):
    user, other = events[0].actor, UserFactory()
    event = record(actor=user, action="thing.signed", subject=user)
    signed = Signed("people.user", "thing.signed", [(user.pk, user.pk)])
    for one in [*events, event]:
        signed.note(one)
    assert list(signed.faults()) == []
    signed.rows = [(user.pk, other.pk), (other.pk, user.pk), (user.pk, user.pk)]
    assert list(signed.faults()) == [
        f"people.user {user.pk}: no event tells that it was signed by {other.pk}",
        f"people.user {other.pk}: no event tells that it was signed by {user.pk}",
    ]


def test_many_rows_are_told_of_by_one_event(events):
    event = record(actor=events[0].actor, action="things.confirmed", changes={"things": [3, 90_000]})
    other = record(actor=events[0].actor, action="things.refuted", changes={"things": [4]})
    numbered = Numbered("a.thing", "things", {"things.confirmed": [3, 4, 90_000, 90_001]})
    for one in [*events, event, other]:
        numbered.note(one)
    assert list(numbered.faults()) == [
        f"a.thing {pk}: no event tells of it (things.confirmed)" for pk in (4, 90_001)
    ]


def test_a_faulty_witness_breaks_the_trail_and_an_event_that_was_touched_tells_nothing(
    events, unguarded, monkeypatch
):
    event = record(actor=events[0].actor, action="thing.signed", subject=events[0].actor)
    rows = [(event.actor_id, event.actor_id)]
    monkeypatch.setattr(verification, "_witnesses", [lambda: Signed("people.user", "thing.signed", rows)])
    assert verify().is_whole
    unguarded("UPDATE audit_auditevent SET changes = %s WHERE id = %s", '{"a": 1}', event.pk)
    assert "no event tells" in verify().breaks[-1]
