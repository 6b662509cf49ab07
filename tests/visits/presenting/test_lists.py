"""The rows of the list: described once for a page, under the names that a visit itself has."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template

from tests.factories import OfferFactory, VisitFactory
from tests.visits.bodies import person_in
from visits import selectors
from visits.models import Visit
from visits.presenting import lists


@pytest.fixture
def visit(cast, person):
    # half past one of the next day in China
    at = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
    return VisitFactory(customer=person, staff=cast.wang, started_at=at, mode="phone", met=False, version=3)


def described(actor):
    rows = lists.read(selectors.visit_list(actor=actor))
    return lists.describe(rows, selectors.offers_of(actor=actor, visits=rows))


PATHS = [
    "pk", "get_absolute_url", "household.get_absolute_url", "household.head_name", "customer.name", "get_mode_display",
    "met", "is_late", "version", "staff.name", "grid.name",
]  # fmt: skip


def drawn(visit):
    draw = Template("|".join(f"{{{{ visit.{path} }}}}" for path in PATHS))
    return draw.render(Context({"visit": visit}))


def test_a_row_is_drawn_like_the_visit_itself(cast, visit):
    """The list and a visit's page share their parts: a name that one of them lacks would be drawn as nothing."""
    ((row),) = described(cast.li)
    assert drawn(row["visit"]) == drawn(Visit.objects.visible_to(cast.li).get())
    assert all(drawn(row["visit"]).split("|"))


def test_a_row_says_the_local_time(cast, visit):
    (row,) = described(cast.li)
    assert row["when"] == "2026-03-03 01:30"


def test_each_row_has_its_own_offers(cast, person, visit):
    other = VisitFactory(customer=person, staff=cast.li, started_at=datetime(2026, 3, 1, tzinfo=UTC))
    offers = [OfferFactory(customer=person, origin=origin) for origin in (visit.pk, visit.pk, None)]
    rows = described(cast.li)
    assert [(row["visit"]["pk"], row["offers"]) for row in rows] == [(visit.pk, offers[:2]), (other.pk, [])]


def test_what_is_out_of_sight_is_not_described(cast, visit):
    assert described(cast.wu) == []
    assert lists.describe([], {}) == []


@pytest.mark.parametrize("count", [1, 4])
def test_a_page_is_read_with_one_question(cast, count, django_assert_num_queries):
    for _n in range(count):
        VisitFactory(customer=person_in(cast.grid_li))
    rows = selectors.visit_list(actor=cast.li)
    with django_assert_num_queries(1):
        found = lists.read(rows)
    with django_assert_num_queries(0):
        assert len(lists.describe(found, {})) == count
