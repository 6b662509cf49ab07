"""The rows of the list: read at once for a page, drawn with what somebody typed as text."""

from datetime import UTC, datetime

import pytest

from gridbank.listing import COUNTED
from tests.factories import OfferFactory, VisitFactory
from tests.visits.bodies import person_in
from visits import selectors
from visits.presenting import lists


@pytest.fixture
def visit(cast, person):
    # half past one of the next day in China
    at = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
    return VisitFactory(customer=person, staff=cast.wang, started_at=at, mode="phone", met=False, version=3)


def rows_of(actor):
    return lists.read(selectors.visit_list(actor=actor).order_by("-started_at"), actor=actor)


def test_a_row_says_who_was_visited_when_by_whom_and_what_came_of_it(cast, person, visit):
    ((row),) = rows_of(cast.li)
    drawn = {column.key: str(column.draw(row)) for column in lists.VISITS.columns}
    assert row.when == "2026-03-03 01:30"
    assert visit.get_absolute_url() in drawn["household"]
    assert (drawn["mode"], drawn["who"], drawn["grid"]) == ("电话", cast.wang.name, "甲村")
    assert ("未联系上" in drawn["outcome"], "badge--muted" in drawn["outcome"]) == (True, True), "by phone"
    assert "2026-03-03 01:30" in drawn["when"]


def test_each_row_has_its_own_offers(cast, person, visit):
    other = VisitFactory(customer=person, staff=cast.li, started_at=datetime(2026, 3, 1, tzinfo=UTC))
    offers = [
        OfferFactory(customer=person, origin=origin, product__name=f"<产品{place}>")
        for place, origin in enumerate((visit.pk, visit.pk, None))
    ]
    rows = rows_of(cast.li)
    assert [(row.pk, list(row.offers)) for row in rows] == [(visit.pk, offers[:2]), (other.pk, [])]
    drawn = next(column for column in lists.VISITS.columns if column.key == "offers").draw(rows[0])
    assert ("&lt;产品0&gt;" in drawn, "<产品" in drawn) == (True, False)


def test_what_is_out_of_sight_is_not_read(cast, visit):
    assert rows_of(cast.wu) == []


@pytest.mark.parametrize("count", [1, 4])
def test_a_page_is_read_with_the_same_questions(cast, count, django_assert_num_queries):
    for _n in range(count):
        VisitFactory(customer=person_in(cast.grid_li))
    rows = selectors.visit_list(actor=cast.li)
    with django_assert_num_queries(7):
        assert len(lists.read(rows, actor=cast.li)) == count


def test_few_of_millions_are_not_counted(cast):
    def most(actor, **wanted):
        return lists.source(actor=actor, wanted=selectors.Wanted(**wanted)).most

    assert most(cast.zhao) == most(cast.zhao, household_id=1) == most(cast.li, late=True) == COUNTED
    assert most(cast.zhao, late=True) is None
