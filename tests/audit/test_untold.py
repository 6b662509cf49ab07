"""What is written past the services stays noted, whoever writes an event afterwards."""

import sqlite3
import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from audit.models import Untold
from audit.services import record
from audit.verification import verify
from tests.factories import HouseholdFactory, UserFactory
from tests.nets.forging import ROLE, as_forger, run

RENAMED = "UPDATE people_user SET staff_no = staff_no || 'x'"


@pytest.fixture
def told(transactional_db):
    """Return somebody whose making an event tells of."""
    with transaction.atomic():
        user = UserFactory()
        record(actor=None, action="test.made", subject=user)
    assert verify().is_whole
    return user


def noted() -> list[str]:
    return [row.relation for row in Untold.objects.order_by("pk")]


@pytest.mark.parametrize(
    "statement", [RENAMED, "DELETE FROM people_user", "UPDATE people_user SET id = id + 1000"]
)
def test_no_event_that_comes_later_takes_the_note_away(told, statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    for _ in range(2):
        record(actor=None, action="test.later")
    (said,) = verify().breaks
    assert said.startswith(f"people_user {told.pk}: it was written to at ")


def test_what_comes_is_noted_too(told):
    with transaction.atomic():
        UserFactory()
    assert (noted(), verify().is_whole) == (["people_user"], False)


def test_what_changes_nothing_that_counts_is_not_noted(told):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RENAMED.replace("|| 'x'", "|| ''"))
        cursor.execute("UPDATE people_user SET last_login = NULL")
        cursor.execute("DELETE FROM people_user WHERE id = -1")
    assert (noted(), verify().is_whole) == ([], True)


def test_statements_outside_a_transaction_are_acts_of_their_own(told):
    with connection.cursor() as cursor:
        cursor.execute(RENAMED)
    record(actor=None, action="test.later")
    assert noted() == ["people_user"]


def test_what_was_rolled_back_leaves_no_note_and_the_next_act_its_own(told):
    with transaction.atomic():
        HouseholdFactory()
        transaction.set_rollback(True)
    with transaction.atomic():
        UserFactory()
    record(actor=None, action="test.later")
    assert noted() == ["people_user"]


def test_an_act_within_an_act_is_told_by_its_last_event(told):
    with transaction.atomic():
        with transaction.atomic():
            UserFactory()
            record(actor=None, action="test.inner")
        UserFactory()
        assert noted() == ["people_user"]
        record(actor=None, action="test.outer")
    assert (noted(), verify().is_whole) == ([], True)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_untold",
        "UPDATE audit_untold SET act = 'another'",
        "UPDATE audit_untold SET relation = 'people_area'",
    ],
)
def test_a_note_neither_changes_nor_goes(told, statement):
    run(RENAMED)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), as_forger():
        run(statement)
    assert noted() == ["people_user"]


@pytest.mark.postgres
def test_an_act_of_somebody_else_meanwhile_is_not_confused_with_it(told):
    """One writes by hand and waits, another records; each has the name of his own transaction."""
    written, recorded = threading.Event(), threading.Event()

    def by_hand():
        with transaction.atomic():
            run(RENAMED)
            written.set()
            recorded.wait(10)
        connections.close_all()

    other = threading.Thread(target=by_hand)
    other.start()
    written.wait(10)
    with transaction.atomic():
        HouseholdFactory()
        record(actor=None, action="test.meanwhile")
    recorded.set()
    other.join()
    assert noted() == ["people_user"]


@pytest.mark.sqlite
def test_a_connection_that_is_not_ours_writes_nothing_that_counts(told, tmp_path):
    stranger = sqlite3.connect(connection.settings_dict["NAME"])
    with pytest.raises(sqlite3.OperationalError, match="gridbank_act"):
        stranger.execute(RENAMED)
    stranger.close()


EVENTS = "audit_auditevent"
NO_EVENT = {
    "an event of no row": [f"INSERT INTO {EVENTS} SELECT * FROM {EVENTS} WHERE false"],
    "a merge that adds none": [
        f"MERGE INTO {EVENTS} e USING (SELECT 1 AS id WHERE false) n ON e.id = n.id WHEN NOT MATCHED THEN INSERT (id) VALUES (n.id)"
    ],
    "a trigger of his own": [
        "CREATE TEMP TABLE mine (i int)",
        "CREATE FUNCTION pg_temp.gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM audit_untold; RETURN NULL; END $$",
        "CREATE TRIGGER mine AFTER INSERT ON mine EXECUTE FUNCTION pg_temp.gone()",
        "INSERT INTO mine VALUES (1)",
    ],
    "our trigger on a table of his": [
        "CREATE TEMP TABLE mine (i int)",
        "CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION public.audit_untold_told()",
        "INSERT INTO mine VALUES (1)",
    ],
    "our trigger on a table of that name": [
        f"CREATE TEMP TABLE {EVENTS} (i int)",
        f"CREATE TRIGGER mine AFTER INSERT ON pg_temp.{EVENTS} FOR EACH ROW EXECUTE FUNCTION public.audit_untold_told()",
        f"INSERT INTO pg_temp.{EVENTS} VALUES (1)",
    ],
}


@pytest.mark.postgres
@pytest.mark.parametrize("what", NO_EVENT)
def test_only_an_event_takes_the_notes_of_its_act_away(told, what):
    """Somebody who may write rows, and make temporary tables as every role, in the transaction of his own writing."""
    try:
        with transaction.atomic():
            with as_forger():
                run(RENAMED, *NO_EVENT[what])
            run(f"DROP OWNED BY {ROLE}", f"DROP ROLE {ROLE}")
    except DatabaseError as refused:
        assert "append-only" in str(refused)  # noqa: PT017  refused or noted: either will do
        assert verify().is_whole
    else:
        assert (noted(), verify().is_whole) == (["people_user"], False)


@pytest.mark.postgres
def test_the_owner_may_have_any_name(told):
    """One that SQL writes in quotes is the same role."""
    with transaction.atomic():
        run(
            'CREATE ROLE "the-Owner"',
            'ALTER TABLE audit_untold OWNER TO "the-Owner"',
            *(
                f'ALTER FUNCTION audit_untold_{name}() OWNER TO "the-Owner"'
                for name in ("told", "row", "rows")
            ),
            RENAMED,
        )
        assert noted() == ["people_user"]
        record(actor=None, action="test.told")
        assert noted() == []
        transaction.set_rollback(True)
