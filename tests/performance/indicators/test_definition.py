"""Each indicator says everything of itself, the pages lead where it says, and its SQL is one on both databases."""

import uuid
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from gridbank.scoping import waive_scope
from grids import measures
from performance import services
from performance.enums import Counted, FactSource
from performance.indicators import INDICATORS, measured_by
from performance.indicators.definition import Way, Window, day_literal, in_order, plain, unearned
from performance.models import Fact
from tests.performance.indicators.counted import earn
from tests.performance.world import MONTH


@pytest.mark.parametrize("one", INDICATORS.values(), ids=lambda one: one.key)
def test_it_says_everything_of_itself(one):
    assert all(str(text) for text in (one.name, one.unit, one.formula, one.source))
    assert one.sources <= set(FactSource)
    assert one.counted in Counted
    assert reverse(one.way.route)
    assert "3" in one.way.say(3)
    if one.measure:
        assert measures.find(one.measure)
        assert measured_by(one.measure) == one


def test_facts_come_from_the_sources_that_are_named(run):
    with waive_scope("test"):
        found = set(Fact.objects.filter(run=run).order_by().values_list("indicator", "source").distinct())
    assert found == {(one.key, source) for one in INDICATORS.values() for source in one.sources}


def ask(sql, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("as_of", "after"), [(date(2026, 9, 30), date(2026, 10, 1)), (date(2026, 9, 5), date(2026, 9, 6))]
)
def test_a_window_ends_where_its_last_day_does_in_china(as_of, after):
    """What was written a second before midnight is in, whatever time the database keeps."""
    wanted = connection.ops.adapt_datetimefield_value(timezone.make_aware(datetime.combine(after, time.min)))
    assert Window(MONTH, as_of).end == wanted


def test_who_comes_of_age_on_the_last_day_is_grown_up():
    assert Window(MONTH, date(2026, 9, 30)).born_by == date(2008, 9, 30)


def test_a_day_is_written_as_the_database_keeps_it(db):
    day = day_literal(date(2026, 9, 1))
    other = day_literal(date(2026, 8, 31))
    assert ask(f"SELECT 1 WHERE {day} > {other}") == [(1,)]
    assert ask(f"SELECT 1 WHERE {day} = %s", [date(2026, 9, 1).isoformat()]) == [(1,)]


def test_an_identity_is_written_without_dashes(db):
    key = uuid.uuid4()
    assert ask(f"SELECT {plain('%s')}", [str(key)]) == [(key.hex,)]
    assert ask(f"SELECT {plain('%s')}", [key.hex]) == [(key.hex,)]


def test_facts_are_numbered_by_branch_then_person_then_what_is_named(db):
    rows = (
        "SELECT 7 AS branch_id, 2 AS staff_id, 9 AS what UNION ALL SELECT 7, 1, 8 UNION ALL SELECT NULL, 3, 1"
    )
    rows += " UNION ALL SELECT 7, 1, 3"
    found = ask(f"SELECT what, {in_order('what')} AS place FROM ({rows}) t ORDER BY place")
    assert found == [(1, 1), (3, 2), (8, 3), (9, 4)], "the bank's own facts, of no branch, come first"


def test_what_earned_once_by_an_indicator_earned_by_that_one_alone(cast):
    earn(cast, "new_customers", "customer", "5")

    def fresh(indicator, source, source_id):
        condition = unearned(indicator, source, "t.source_id")
        return bool(ask(f"SELECT 1 FROM (SELECT '{source_id}' AS source_id) t WHERE {condition}"))

    assert not fresh("new_customers", FactSource.CUSTOMER, "5")
    assert fresh("new_customers", FactSource.CUSTOMER, "6")
    assert fresh("marketing_success", FactSource.CUSTOMER, "5")
    assert fresh("new_customers", FactSource.OFFER, "5")


def test_how_many_more_is_said_in_the_readers_words():
    way = INDICATORS["new_customers"].way
    with translation.override("en"):
        assert [way.say(n) for n in (1, 2)] == ["Win 1 new customer", "Win 2 new customers"]
    assert Way("%(n)s times", "visits:today").say(4) == "4 times"


def test_only_a_rate_of_things_done_has_a_base_that_grows():
    rate, count = INDICATORS["marketing_success"], INDICATORS["new_customers"]
    assert rate.base_grows
    assert not count.base_grows
    assert not INDICATORS["visit_coverage"].base_grows
    assert not replace(rate, is_rate=False).base_grows
    assert not replace(rate, counted=Counted.STATE).base_grows


def test_the_running_month_looks_no_further_than_today(cast, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 9, 5))
    assert services.run_compute(bank=cast.root, month=MONTH).as_of == date(2026, 9, 5)
