from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids import closing
from performance import services
from performance.enums import PeriodStatus
from performance.models import Fact, Period, Run, Scheme, SchemeItem, Score, ScoreLine, Target
from performance.services import scheme_in_force
from tests.performance.frozen import columns, guard, sql
from tests.performance.world import MONTH

TABLES = ["period", "run", "fact", "score", "scoreline", "target", "scheme", "schemeitem"]


def refused(change):
    """The guard itself must speak, or a constraint or Django's collector: not a slip in the test's SQL."""
    words = "is frozen|constraint|protected foreign keys|NOT NULL"
    with waive_scope("test"), pytest.raises(DatabaseError, match=words), transaction.atomic():
        change()


ROWS = [Period, Run, Fact, Score, ScoreLine, Target, Scheme, SchemeItem]


@pytest.mark.parametrize("model", ROWS)
@pytest.mark.parametrize("state", ["published", "locked"])
def test_rows_of_a_final_month_refuse_update_and_delete_by_orm_and_sql(request, state, model):
    request.getfixturevalue(state)
    table = model._meta.db_table
    with waive_scope("test"):
        row = model.objects.first()
        before = list(model.objects.order_by("pk").values())
    name = {
        Period: "month", Run: "attempt", Fact: "source_version", Score: "total", ScoreLine: "points", Target: "value",
        Scheme: "version", SchemeItem: "weight",
    }[model]  # fmt: skip
    where = f"number = {row.number}" if model is Fact else f"id = {row.pk}"
    value = date(2020, 1, 1) if name == "month" else 7
    refused(lambda: model.objects.filter(pk=row.pk).update(**{name: value}))
    setattr(row, name, value)
    refused(row.save)
    refused(lambda: model.objects.bulk_update([row], [name]))
    refused(
        sql(
            f"UPDATE {table} SET {name} = {name} WHERE {where}"
            if model is not Period or state == "locked"
            else f"UPDATE {table} SET current_run_id = NULL WHERE {where}"
        )
    )
    refused(sql(f"DELETE FROM {table} WHERE {where}"))
    refused(sql(f"DELETE FROM {table}"))
    with waive_scope("test"):
        rows = model.objects.filter(pk=row.pk)
    refused(lambda: rows._raw_delete("default"))
    if connection.vendor == "postgresql":
        refused(sql(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE"))
    with waive_scope("test"):
        assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("model", ROWS)
def test_a_final_month_takes_no_copy_and_no_replacement(locked, model):
    table = model._meta.db_table
    names = ", ".join(columns(model))
    if model not in {Period, Scheme}:
        copied = names.replace("number", "number + 100000")
        refused(sql(f"INSERT INTO {table} ({names}) SELECT {copied} FROM {table} LIMIT 1"))
    if connection.vendor == "sqlite":
        names = names if model is Fact else f"id, {names}"
        refused(sql(f"INSERT OR REPLACE INTO {table} ({names}) SELECT {names} FROM {table} LIMIT 1"))


def test_cascades_and_collectors_stop_at_a_locked_month(cast, locked):
    for row in (locked, cast.root, cast.li, locked.scheme):
        refused(row.delete)


def test_new_facts_scores_and_lines_have_no_way_in(locked):
    with waive_scope("test"):
        for model in (Fact, Score, ScoreLine):
            row = model.objects.first()
            row.pk = None
            for name, value in (("number", 9999), ("subject_id", 9999), ("indicator", "other")):
                if hasattr(row, name):
                    setattr(row, name, value)
            refused(lambda row=row: row.save(force_insert=True))
            refused(lambda row=row, model=model: model.objects.bulk_create([row]))


def test_a_finished_run_is_sealed_before_anyone_publishes(provisional):
    run = provisional.current_run
    refused(lambda: Run.objects.filter(pk=run.pk).update(root_hash="0" * 64))
    with waive_scope("test"):
        fact = Fact.objects.filter(run=run).first()
    fact.pk, fact.number = None, 9999
    refused(lambda: fact.save(force_insert=True))
    refused(lambda: Fact.objects.filter(run=run).update(numerator_micros=5))


@pytest.mark.parametrize(
    ("state", "to"), [("provisional", "open"), ("provisional", "computing"), ("published", "provisional"),
                      ("locked", "published"), ("locked", "open"), ("provisional", "locked")]
)  # fmt: skip
def test_a_month_never_goes_back_nor_skips_its_publication(request, cast, second, state, to):
    period = request.getfixturevalue(state)
    refused(
        lambda: Period.objects.filter(pk=period.pk).update(
            status=to, published_by=cast.zhao, locked_by=second
        )
    )


def test_the_publisher_is_not_the_locker(cast, published):
    with pytest.raises(Refused):
        services.period_lock(actor=cast.zhao, period=published)
    with pytest.raises(IntegrityError), transaction.atomic(), waive_scope("test"):
        Period.objects.filter(pk=published.pk).update(status="locked", locked_by=cast.zhao)


@pytest.mark.parametrize("who", ["chen", "li"])
def test_only_head_office_publishes_and_locks(cast, provisional, who):
    actor = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        services.period_publish(actor=actor, period=provisional)
    with pytest.raises(PermissionDenied):
        services.period_lock(actor=actor, period=provisional)


def test_a_published_month_is_not_computed_again(cast, published):
    for act in (
        lambda: services.run_compute(bank=cast.root, month=MONTH, again=True),
        lambda: services.request_month(actor=cast.zhao, bank=cast.root, month=MONTH, again=True),
        lambda: services.period_publish(actor=cast.zhao, period=published),
    ):
        with pytest.raises(Refused):
            act()


def test_the_services_refuse_a_published_month_even_where_no_trigger_stands(cast, published):
    guard("drop")
    run = published.current_run_id
    target = {"user": cast.li, "grid": cast.grid_li, "indicator": "archive_rate", "value": Decimal(50)}
    for act in (
        lambda: services.run_compute(bank=cast.root, month=MONTH, again=True),
        lambda: services.target_set(actor=cast.zhao, period=published, **target),
        lambda: services.period_publish(actor=cast.zhao, period=published),
    ):
        with pytest.raises(Refused):
            act()
    services.superseded_drop(period=published)
    published.refresh_from_db()
    assert (published.status, published.current_run_id) == ("published", run)
    assert services.verify_period(published).differences == ("triggers",)
    guard("create")
    assert services.verify_period(published).ok


def test_a_used_scheme_is_not_edited_and_the_next_version_serves_later_months(provisional):
    with waive_scope("test"):
        assert provisional.scheme == scheme_in_force(MONTH, provisional.grid)
    item = provisional.scheme.items.first()
    item.weight = 99
    refused(item.save)
    refused(
        lambda: SchemeItem.objects.create(
            scheme=provisional.scheme, indicator="x", position=9, weight=1, cap=1
        )
    )


def test_every_table_still_has_its_triggers(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        found = {name for (name,) in cursor.fetchall()}
    verbs = ["insert", "update", "delete"] + (["truncate"] if connection.vendor == "postgresql" else [])
    assert {f"performance_{table}_guard_{verb}" for table in TABLES for verb in verbs} <= found
    assert PeriodStatus.LOCKED == "locked"


def test_a_visit_for_a_published_month_is_late_and_one_for_an_open_month_is_not(cast, published):
    days = [date(2026, 9, 30), date(2026, 10, 1)]
    assert closing.hold(cast.grid_li, days) == {days[0]}
