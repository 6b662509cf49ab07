"""Needs as they are read: in what order, which fit, by whose sight."""

from datetime import timedelta

import pytest
from django.utils import timezone

from needs import selectors
from tests.factories import HouseholdFactory, NeedFactory


@pytest.fixture
def needs(cast):
    """Return open needs: two due on one day, one later, two without a day."""
    today, home = timezone.localdate(), HouseholdFactory(grid=cast.grid_li)
    dues = (today, today, today + timedelta(days=9), None, None)
    made = [NeedFactory(household=home, due_on=due) for due in dues]
    NeedFactory(household=home, status="done", due_on=today)
    NeedFactory(household__grid=cast.grid_wu, due_on=today)
    return made


def keys(rows):
    return [row.pk for row in rows]


def test_open_ones_come_by_their_day_and_those_without_one_last(cast, needs):
    assert keys(selectors.open_needs(actor=cast.li)) == keys(needs)
    assert selectors.open_needs(actor=cast.zhao).count() == len(needs) + 1


@pytest.mark.parametrize(
    ("due", "places"), [("overdue", []), ("week", [0, 1]), ("none", [3, 4]), ("", range(5))]
)
def test_the_filter_keeps_what_is_due(cast, needs, due, places):
    rows = selectors.needs_wanted(actor=cast.li, grid=None, due=due)
    assert keys(rows) == [needs[place].pk for place in places]
    counted = selectors.needs_counted(actor=cast.li, grid=None)
    assert counted[due or "all"] == len(places)
    assert selectors.needs_counted(actor=cast.zhao, grid=cast.grid_wang)["all"] == 0


def test_a_household_shows_its_open_needs_first(cast, needs):
    shown = selectors.household_needs(actor=cast.li, household=needs[0].household)
    assert [need.status for need in shown] == ["open"] * 5 + ["done"]
    assert selectors.household_needs(actor=cast.wu, household=needs[0].household) == []


def test_whose_ground_it_is_may_close(cast, needs):
    assert selectors.own_grids(actor=cast.li, needs=needs) == {cast.grid_li.pk}
    assert selectors.own_grids(actor=cast.wu, needs=needs) == set()
