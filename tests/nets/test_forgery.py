"""Real forgeries by somebody who may write every row and no more: the database refuses, or the proofs find them."""

from datetime import timedelta

import pytest
from django.db import connection

from audit.models import AuditEvent
from audit.services import record
from audit.verification import verify
from gridbank.scoping import waive_scope
from performance.models import Fact, Score, ScoreLine
from performance.services import verify_period
from tests.nets.forging import REFUSED, as_forger, event, forged, inserting, moving_head, proved, run
from tests.performance.conftest import locked, open_run, provisional, published, second  # noqa: F401
from tests.performance.frozen import columns
from tests.performance.world import MONTH

FINAL_TABLES = (
    "fact",
    "score",
    "scoreline",
    "target",
    "schemeitem",
    "scheme",
    "run",
    "period",
    "earned",
    "latechange",
)


@pytest.fixture
def month(cast, locked, open_run):  # noqa: F811
    """A month that is locked, and the door that stands open beside it: the next month's unfinished computation."""
    for number in range(3):
        record(actor=cast.li, action=f"test.{number}")
    assert proved(locked) == []
    return locked


def last() -> AuditEvent:
    return AuditEvent.objects.order_by("-pk").first()


TRAIL = {
    "a row is changed": "UPDATE audit_auditevent SET action = 'x' WHERE id = (SELECT min(id) FROM audit_auditevent)",
    "a row has another's name": "UPDATE audit_auditevent SET actor_id = NULL",
    "a row has another number": "UPDATE audit_auditevent SET id = id + 1000",
    "the tail is cut": "DELETE FROM audit_auditevent WHERE id = (SELECT max(id) FROM audit_auditevent)",
    "all is gone": "DELETE FROM audit_auditevent",
    "the head is set back": "UPDATE audit_audithead SET count = count - 1",
    "the head counts one more": "UPDATE audit_audithead SET count = count + 1",
    "the head names another": "UPDATE audit_audithead SET hash = (SELECT min(hash) FROM audit_auditevent)",
    "the head has another time": "UPDATE audit_audithead SET at = NULL",
    "the head is gone": "DELETE FROM audit_audithead",
    "there is a second head": "INSERT INTO audit_audithead (id, count, hash) SELECT 2, count, hash FROM audit_audithead",
}


@pytest.mark.parametrize("what", TRAIL)
def test_the_trail_is_not_rewritten(month, what):
    assert forged(TRAIL[what], month=month) == REFUSED


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO audit_audithead (id, count, hash) SELECT id, count - 1, hash FROM audit_audithead",
        "REPLACE INTO audit_audithead (id, count, hash, at) VALUES (1, 0, hex(zeroblob(32)), NULL)",
        "UPDATE OR REPLACE audit_audithead SET count = 0",
        # numbers go on where another test left them
        (
            "UPDATE OR REPLACE audit_auditevent SET id = (SELECT min(id) FROM audit_auditevent) "
            "WHERE id = (SELECT max(id) FROM audit_auditevent)"
        ),
        "INSERT OR REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent LIMIT 1",
        "INSERT OR IGNORE INTO audit_audithead (id, count, hash) VALUES (1, 0, '0')",
    ],
)
def test_replace_finds_no_row_of_the_trail(month, statement):
    assert forged(statement, month=month) == REFUSED


def test_nobody_puts_an_event_before_others(month, cast):
    """In another's name, with the right hash, and dated back."""
    back = event(actor_id=cast.chen.pk, at=last().at - timedelta(days=3))
    assert forged(inserting(back), moving_head(back)) == REFUSED
    first = AuditEvent.objects.order_by("pk").first()
    beside = event(actor_id=cast.chen.pk, previous_hash=first.hash)
    assert forged(inserting(beside)) == REFUSED
    number = event(actor_id=cast.chen.pk)
    for place in ("0", "-5", str(first.pk)):
        assert forged(inserting(number, place), moving_head(number)) == REFUSED


def test_an_event_that_follows_to_the_letter_has_no_seal(month, cast):
    made = event(actor_id=cast.zhao.pk, seal=last().seal)
    found = forged(inserting(made), moving_head(made))
    assert [each.split(": ", 1)[1] for each in found] == ["it is not sealed with this installation's key"]
    assert any("beyond the head" in each for each in forged(inserting(made)))


def test_the_head_follows_no_event_but_the_last(month):
    made = event()
    wrong = moving_head(made).replace("count + 1", "count + 2")
    assert forged(inserting(made), wrong) == REFUSED


ANOTHER_GRID = "(SELECT max(id) FROM grids_grid WHERE tier = 'base')"
PAST_THE_SERVICES = [
    f"UPDATE customers_household SET grid_id = {ANOTHER_GRID}",
    "UPDATE customers_household SET created_at = '2099-01-01'",
    "UPDATE customers_customer SET household_id = (SELECT max(id) FROM customers_household)",
    "UPDATE customers_customer SET birth_date = NULL",
    "UPDATE customers_customer SET merged_into_id = (SELECT max(id) FROM customers_customer)",
    "UPDATE customers_customer SET customer_since = '2026-11-03', opened_by_id = {li}",
    "UPDATE customers_customer SET app_verified_on = '2026-11-03'",
    "UPDATE products_offer SET staff_id = {li}, offered_on = '2026-11-03'",
    f"UPDATE visits_visit SET grid_id = {ANOTHER_GRID}",
    "UPDATE visits_visit SET is_late = NOT is_late",
    "DELETE FROM visits_visit WHERE id NOT IN (SELECT visit_id FROM visits_visitversion)",
    "UPDATE grids_grid SET path = path || 'x'",
    "UPDATE people_user SET staff_no = staff_no || 'x'",
]


def test_what_carries_pay_is_not_written_past_the_services(month, cast):
    unseen = []
    for statement in PAST_THE_SERVICES:
        found = forged(statement.format(li=cast.li.pk), month=month)
        table = statement.replace("DELETE FROM", "UPDATE").split()[1]
        if found != REFUSED and not any(each.startswith(f"{table} ") for each in found):
            unseen.append(statement)
    assert unseen == []


SHADOWS = [
    "CREATE TEMP TABLE audit_audithead (id int, count bigint, hash text, at timestamptz)",
    "CREATE TEMP TABLE audit_auditevent (id bigint, at timestamptz, hash text, previous_hash text)",
    "CREATE TEMP TABLE performance_period (id bigint, status text, month date, grid_id bigint)",
    "CREATE TEMP TABLE performance_run (id bigint, period_id bigint, scheme_id bigint, finished_at timestamptz)",
    "CREATE TEMP TABLE performance_score (id bigint, run_id bigint)",
]


@pytest.mark.postgres
@pytest.mark.parametrize("path", ["", "SET LOCAL search_path = pg_temp, public"])
def test_temporary_tables_of_the_same_name_open_nothing(month, cast, path):
    before = [*SHADOWS, *([path] if path else [])]
    back = event(actor_id=cast.chen.pk, at=last().at - timedelta(days=3))
    shadow = f"INSERT INTO pg_temp.audit_audithead VALUES (1, 0, '{back.previous_hash}', NULL)"
    into = inserting(back).replace("INTO audit_", "INTO public.audit_")
    assert forged(*before, shadow, into) == REFUSED
    assert forged(*before, "UPDATE public.audit_audithead SET count = count - 1") == REFUSED
    for table in ("fact", "score", "scoreline", "target", "earned"):
        assert forged(*before, f"DELETE FROM public.performance_{table}", month=month) == REFUSED
    assert forged(*before, "UPDATE public.performance_score SET total = total + 1", month=month) == REFUSED
    assert (
        forged(*before, "UPDATE public.performance_schemeitem SET weight = weight + 1", month=month)
        == REFUSED
    )


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL session_replication_role = replica",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
        "DROP TRIGGER performance_score_guard_update ON performance_score",
        "CREATE OR REPLACE FUNCTION performance_score_guard_update() RETURNS trigger LANGUAGE plpgsql AS ''",
        "CREATE FUNCTION public.max(bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT 1 $$",
        "CREATE SCHEMA mine",
        "TRUNCATE audit_audithead",
        "TRUNCATE performance_earned",
    ],
)
def test_what_only_an_owner_may_do_is_refused(month, statement):
    assert forged(statement) == REFUSED


@pytest.mark.parametrize("table", FINAL_TABLES)
@pytest.mark.parametrize("verb", ["delete", "update"])
def test_a_locked_month_is_not_rewritten(month, table, verb):
    column = {"fact": "numerator_micros", "score": "total", "scoreline": "points", "target": "value", "schemeitem": "weight",
              "scheme": "version", "run": "root_hash", "period": "month", "earned": "source_id", "latechange": "subject_id"}[table]  # fmt: skip
    name = f"performance_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {name}")
        there = cursor.fetchone()[0]
    statement = f"DELETE FROM {name}" if verb == "delete" else f"UPDATE {name} SET {column} = {column}"
    found = forged(statement, month=month)
    assert found == REFUSED or (there == 0 and found == [])


def test_the_months_of_acts_that_earned_are_neither_more_nor_less(month):
    """A row too many would keep somebody's act from earning; it may come in, and doesn't stay unseen."""
    row = f"INSERT INTO performance_earned (period_id, indicator, source, source_id) VALUES ({month.pk}, 'x', 'visit', 'y')"
    assert forged(row, month=month) in (["earned"], REFUSED)


def test_a_month_is_not_signed_by_sql(cast, second, published):  # noqa: F811
    """Whose name stands in it must stand in the trail, under a seal."""
    lock = f"UPDATE performance_period SET status = 'locked', locked_by_id = {second.pk} WHERE id = {published.pk}"
    noted, told_of = forged(lock, month=published)
    assert ("performance_period" in noted, told_of) == (True, "trail")
    told = f'{{"root_hash":"{published.current_run.root_hash}","run":{published.current_run_id}}}'
    made = event(
        action="period.locked", actor_id=second.pk, subject_type="performance.period", subject_id=str(published.pk),
        changes=told, seal=last().seal,
    )  # fmt: skip
    found = forged(lock, inserting(made), moving_head(made), month=published)
    assert found != REFUSED
    assert "trail" in found
    assert any("not sealed" in each for each in found)


def test_a_month_is_not_published_by_sql(cast, provisional):  # noqa: F811
    publish = f"UPDATE performance_period SET status = 'published', published_by_id = {cast.zhao.pk} WHERE id = {provisional.pk}"
    found = forged(publish, month=provisional)
    assert found == REFUSED or "trail" in found


def test_scores_of_a_month_that_is_to_be_published_are_sealed_with_its_computation(cast, provisional):  # noqa: F811
    for statement in (
        "UPDATE performance_score SET total = total + 1",
        "UPDATE performance_fact SET numerator_micros = numerator_micros + 1",
        "UPDATE performance_run SET root_hash = 'x'",
    ):
        assert forged(statement, month=provisional) == REFUSED
    # what can be taken away before publication is missed
    assert "rows" in forged("DELETE FROM performance_scoreline", month=provisional)
    assert "facts" in forged("DELETE FROM performance_fact", month=provisional)


@pytest.mark.parametrize("table", ["run", "scheme", "schemeitem", "target", "period", "score", "scoreline"])
def test_no_row_of_a_month_takes_the_number_of_another(month, table):
    name = f"performance_{table}"
    assert forged(f"UPDATE {name} SET id = id + 100000", month=month) == REFUSED


def test_a_final_month_is_not_put_in(month):
    names = "grid_id, scheme_id, current_run_id, published_by_id, published_at, locked_by_id, locked_at"
    for status in ("published", "locked"):
        into = f"INSERT INTO performance_period (month, status, {names}) SELECT '2020-01-01', '{status}', {names} "
        assert forged(f"{into} FROM performance_period WHERE id = {month.pk}", month=month) == REFUSED


@pytest.mark.sqlite
@pytest.mark.parametrize("table", ["run", "scheme", "schemeitem", "target", "period", "earned", "latechange"])
def test_replace_finds_no_row_of_a_final_month(month, table):
    name = f"performance_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {name}")
        there = cursor.fetchone()[0]
    if there:
        assert forged(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}", month=month) == REFUSED
        assert forged(f"UPDATE OR REPLACE {name} SET id = 1", month=month) == REFUSED


@pytest.mark.sqlite
@pytest.mark.parametrize("model", [Fact, Score, ScoreLine])
def test_replace_takes_no_row_out_of_a_final_month_into_an_open_one(month, open_run, cast, model):  # noqa: F811
    with waive_scope("test"):
        ours = Score.objects.create(run=open_run, level="bank", subject_id=1, grid=cast.root, total=1)
    table, names = model._meta.db_table, columns(model)
    number = "rowid" if model is Fact else "id"
    into = {"run_id": open_run.pk, "score_id": ours.pk}
    values = [str(into.get(name, name)) for name in names]
    head = (
        f"INSERT OR REPLACE INTO {table} ({number}, {', '.join(names)}) SELECT {number}, {', '.join(values)}"
    )
    assert (
        forged(f"{head} FROM {table} WHERE {number} = (SELECT min({number}) FROM {table})", month=month)
        == REFUSED
    )


def test_the_forger_can_do_something_at_all(month, cast):
    """Otherwise all of the above would prove nothing: he writes rows that nobody guards."""
    with as_forger():
        run(f"UPDATE people_user SET saved_views = 7 WHERE id = {cast.li.pk}")
    cast.li.refresh_from_db()
    assert cast.li.saved_views == 7
    assert (month.month, verify().is_whole, verify_period(month).ok) == (MONTH, True, True)
