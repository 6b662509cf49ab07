"""Forgeries by somebody who may write rows but not touch a trigger; and what the proof says when one was touched."""

import pytest
from django.db import DatabaseError, connection, transaction

from gridbank.scoping import waive_scope
from performance.models import Fact, Score, ScoreLine
from tests.performance.frozen import columns, sql


def fails(statement):
    with pytest.raises(DatabaseError, match=r"is frozen|UNIQUE|constraint"), transaction.atomic():
        sql(statement)()


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


def test_a_month_does_not_begin_final(cast, locked):
    for status in ("published", "locked"):
        fails(
            "INSERT INTO performance_period (grid_id, month, status, scheme_id, current_run_id, published_by_id, "
            f"locked_by_id) SELECT grid_id, '2020-01-01', '{status}', scheme_id, current_run_id, published_by_id, "
            "locked_by_id FROM performance_period LIMIT 1"
        )


@pytest.mark.postgres
def test_a_temporary_table_of_the_same_name_opens_no_month(locked):
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
