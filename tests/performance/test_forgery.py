"""Forgeries by somebody who may write rows but not touch a trigger; and what the proof says when one was touched."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEvent
from gridbank.scoping import waive_scope
from gridbank.triggers import broken
from performance import services
from performance.guards import guards
from performance.models import Fact, Period, Run, Score, ScoreLine
from tests.performance.test_guards import columns, guard, locked, provisional, published, second, sql  # noqa: F401
from tests.performance.world import MONTH

sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is SQLite's")


def fails(statement):
    with pytest.raises(DatabaseError, match=r"is frozen|UNIQUE|constraint"), transaction.atomic():
        sql(statement)()


@pytest.fixture
def open_run(cast, locked):  # noqa: F811
    """A computation of the next month that isn't finished: the door through which rows may come in."""
    with waive_scope("test"):
        period = services.period_open(
            actor=cast.zhao, bank=cast.root, month=MONTH.replace(month=MONTH.month + 1)
        )
        run = locked.current_run
        return Run.objects.create(
            grid=cast.root, period=period, scheme=period.scheme, attempt=1, kind=run.kind, as_of=period.month,
            rules_version=run.rules_version,
        )  # fmt: skip


@pytest.mark.parametrize("table", ["run", "target", "scheme", "schemeitem", "period"])
def test_no_row_takes_the_number_of_another(open_run, table):
    table, verb = f"performance_{table}", "UPDATE OR REPLACE" if connection.vendor == "sqlite" else "UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id), min(id) FROM {table}")
        last, first = cursor.fetchone()
    fails(f"{verb} {table} SET id = {first if last != first else last + 1000} WHERE id = {last}")


@pytest.mark.sqlite
@pytest.mark.parametrize("model", [Fact, Score, ScoreLine])
def test_what_replace_would_find_by_its_number_is_refused(cast, open_run, model):
    with waive_scope("test"):
        ours = Score.objects.create(run=open_run, level="bank", subject_id=1, grid=cast.root, total=1)
    table, names = model._meta.db_table, columns(model)
    number = "rowid" if model is Fact else "id"
    into = {"run_id": open_run.pk, "score_id": ours.pk}
    values = [str(into.get(name, name)) for name in names]
    fails(
        f"INSERT OR REPLACE INTO {table} ({number}, {', '.join(names)}) "
        f"SELECT {number}, {', '.join(values)} FROM {table} LIMIT 1"
    )
    # the same rows with numbers of their own may come in: it was the number that was refused
    sql(f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} LIMIT 1")()


def test_a_month_does_not_begin_final(cast, locked):  # noqa: F811
    for status in ("published", "locked"):
        fails(
            "INSERT INTO performance_period (grid_id, month, status, scheme_id, current_run_id, published_by_id, "
            f"locked_by_id) SELECT grid_id, '2020-01-01', '{status}', scheme_id, current_run_id, published_by_id, "
            "locked_by_id FROM performance_period LIMIT 1"
        )


@pytest.mark.postgres
def test_a_temporary_table_of_the_same_name_opens_no_month(locked):  # noqa: F811
    sql("CREATE TEMP TABLE performance_period (id bigint, status text)")()
    sql(
        "CREATE TEMP TABLE performance_run (id bigint, period_id bigint, scheme_id bigint, finished_at timestamptz)"
    )()
    try:
        for table in ("fact", "score", "scoreline", "target"):
            fails(f"DELETE FROM public.performance_{table}")
        fails("UPDATE public.performance_schemeitem SET weight = weight + 1")
    finally:
        sql("DROP TABLE pg_temp.performance_period, pg_temp.performance_run")()


def test_a_root_hash_that_nobody_signed_is_named(locked):  # noqa: F811
    guard("drop")
    with waive_scope("test"):
        Run.objects.filter(pk=locked.current_run_id).update(root_hash="0" * 64)
    guard("create")
    locked.current_run.refresh_from_db()
    assert set(services.verify_period(locked).differences) == {"facts", "trail"}


def test_another_signer_than_the_trail_names_is_named(cast, locked):  # noqa: F811
    guard("drop")
    with waive_scope("test"):
        Period.objects.filter(pk=locked.pk).update(locked_by=cast.chen)
    guard("create")
    locked.refresh_from_db()
    assert services.verify_period(locked).differences == ("trail",)
    assert AuditEvent.objects.filter(action="period.locked").count() == 1


def test_a_weight_changed_behind_the_scheme_is_named(locked):  # noqa: F811
    guard("drop")
    sql("UPDATE performance_schemeitem SET weight = weight + 1")()
    guard("create")
    assert services.verify_period(locked).differences == ("scheme",)


def test_a_computation_moved_to_another_month_is_named(open_run, locked):  # noqa: F811
    guard("drop")
    sql(
        f"UPDATE performance_run SET period_id = {open_run.period_id}, attempt = 7 WHERE id = {locked.current_run_id}"
    )()
    guard("create")
    locked.refresh_from_db()
    assert "run" in services.verify_period(locked).differences


def test_a_trigger_that_is_gone_or_says_something_else_is_named(db):
    assert broken(connection, guards()) == []
    name = "performance_fact_guard_update"
    if connection.vendor == "sqlite":
        sql(f"DROP TRIGGER {name}")()
        assert broken(connection, guards()) == [f"trigger {name}"]
        sql(f"CREATE TRIGGER {name} BEFORE UPDATE ON performance_fact WHEN 1 = 0 BEGIN SELECT 1; END")()
        assert broken(connection, guards()) == [f"trigger {name}"]
    else:
        sql(f"ALTER TABLE performance_fact DISABLE TRIGGER {name}")()
        assert broken(connection, guards()) == [f"trigger {name}"]
        sql(f"ALTER TABLE performance_fact ENABLE TRIGGER {name}")()
        sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        )()
        assert broken(connection, guards()) == [f"function {name}"]
