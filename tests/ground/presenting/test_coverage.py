"""How the coverage page is drawn."""

import re

import pytest
from django.utils import timezone

from ground.presenting import orders
from tests.factories import HouseholdFactory

PAGE = "/grids/coverage/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def lines(client, cast):
    client.force_login(cast.zhao, backend=BACKEND)
    HouseholdFactory(grid=cast.grid_li, last_met_on=timezone.localdate())
    HouseholdFactory(grid=cast.grid_wu)

    def read(**query):
        page = client.get(PAGE, query).content.decode()
        body = (
            page[page.index('class="table table--dense coverage"') :].split("<tbody>")[1].split("</tbody>")[0]
        )
        return re.findall(r'<th scope="row">\s*(?:<a[^>]*>)?([^<]+)', body), page

    return read


def test_the_least_met_come_first_and_every_head_turns_the_order(lines, cast):
    assert [name.strip() for name in lines()[0]] == [cast.west.name, cast.east.name]
    assert [name.strip() for name in lines(sort="-met")[0]] == [cast.east.name, cast.west.name]
    for order in orders():
        names, page = lines(sort=order)
        assert {name.strip() for name in names} == {cast.west.name, cast.east.name}
        assert "aria-sort" in page


def test_an_order_that_nobody_offered_is_passed_over(lines, cast):
    assert [name.strip() for name in lines(sort="lead")[0]] == [cast.west.name, cast.east.name]


def test_a_number_of_today_opens_the_list_of_what_it_counts_and_one_of_a_month_before_none(lines, cast):
    opened = f"/customers/?grid={cast.east.pk}&amp;by=household"
    assert opened in lines()[1]
    assert opened not in lines(month="2026-01")[1]
