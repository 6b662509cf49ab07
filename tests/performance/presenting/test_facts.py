"""The rows behind a number: numbered from one, counted and not, with reasons and sums."""

import pytest

from customers.models import Customer, Household
from gridbank.scoping import waive_scope
from performance import selectors
from performance.indicators import INDICATORS
from performance.presenting.facts import fact_rows, facts


def rows_of(actor, indicator, period):
    score = selectors.score_of(user=actor, period=period)
    return fact_rows(
        actor=actor,
        indicator=INDICATORS[indicator],
        rows=list(selectors.fact_list(actor=actor, score=score, indicator=indicator)),
    )


def test_a_fact_leads_to_what_was_counted(cast, period):
    met = rows_of(cast.li, "visit_coverage", period)
    assert {row.fact.source: row.url.split("/")[1] for row in met} == {
        "visit": "visits",
        "household": "customers",
    }
    assert all(row.label for row in met)
    (offer,) = rows_of(cast.li, "marketing_success", period)
    with waive_scope("test"):
        person = Customer.objects.get(pk=int(offer.fact.subject))
    assert (offer.label, offer.url) == (str(person), person.get_absolute_url())


def test_what_left_ones_sight_is_counted_without_a_name(cast, period):
    """The frozen row stays; whose it was is told to who may see the archive today."""
    with waive_scope("a test moves every household of a grid"):
        Household.objects.filter(grid=cast.grid_li).update(grid=cast.grid_wu)
    for indicator in ("visit_coverage", "marketing_success", "archive_rate"):
        rows = rows_of(cast.li, indicator, period)
        assert rows
        assert {(row.label, row.url) for row in rows} == {("", "")}


def test_facts_are_named_at_once(cast, period, django_assert_num_queries):
    score = selectors.score_of(user=cast.li, period=period)
    rows = list(selectors.fact_list(actor=cast.li, score=score, indicator="archive_rate"))
    for some in (rows[:1], rows):
        with django_assert_num_queries(5):
            assert len(fact_rows(actor=cast.li, indicator=INDICATORS["archive_rate"], rows=some)) == len(some)
    assert fact_rows(actor=cast.li, indicator=INDICATORS["archive_rate"], rows=[]) == []


def listed(cast, period, indicator, **more):
    score = selectors.score_of(user=cast.li, period=period)
    asked = {"counted": True, "grid_id": None, **more}
    rows = selectors.fact_list(actor=cast.li, score=score, indicator=indicator, **asked)
    return facts(actor=cast.li, score=score, indicator=indicator, rows=list(rows), after=None, **asked)


def test_what_counts_and_what_does_not_stand_apart_numbered_from_one(cast, period):
    counted, left = (listed(cast, period, "visit_coverage", counted=which) for which in (True, False))
    assert [row.number for row in counted["rows"]] == [1, 2]
    assert [row.number for row in left["rows"]] == [1, 2]
    assert counted["tabs"] == left["tabs"] == {"counted": 2, "left": 2}
    assert (counted["done"], counted["due"]) == ("2", "4")
    assert {row.why for row in counted["rows"]} == {""}
    # whom nobody met bears no day
    assert {(row.day, row.why) for row in left["rows"]} == {("", "本月未见面")}
    assert [row.day for row in counted["rows"]] == ["2026-09-05", "2026-09-12"]


def test_a_state_that_is_not_so_says_by_which_day(cast, period):
    (row,) = listed(cast, period, "archive_rate", counted=False)["rows"]
    assert (row.day, row.why) == ("", "截至 09-30 未达到")


def test_an_offer_that_earns_nothing_says_why(cast, period):
    score = selectors.score_of(user=cast.wu, period=period)
    rows = list(selectors.fact_list(actor=cast.wu, score=score, indicator="marketing_success", counted=False))
    shown = fact_rows(actor=cast.wu, indicator=INDICATORS["marketing_success"], rows=rows)
    assert {row.why for row in shown} <= {
        "未成交，或尚未经他人核实", "同一客户同一产品每月只计一次",
    }  # fmt: skip
    assert shown


def test_numbers_go_on_where_the_page_before_ended(cast, period):
    score = selectors.score_of(user=cast.li, period=period)
    rows = list(selectors.fact_list(actor=cast.li, score=score, indicator="archive_rate", counted=True))
    found = facts(
        actor=cast.li, score=score, indicator="archive_rate", rows=rows[1:], after=rows[0].number, counted=True,
        grid_id=None,
    )  # fmt: skip
    assert [row.number for row in found["rows"]] == [2, 3]


@pytest.mark.parametrize("other", [True, False])
def test_rows_of_one_grid_have_a_sum_of_their_own(cast, period, other):
    grid = cast.grid_wu if other else cast.grid_li
    found = listed(cast, period, "visit_coverage", grid_id=grid.pk)
    assert len(found["rows"]) == (0 if other else 2)
    assert (found["sums"] is None) == other
