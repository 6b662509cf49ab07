"""An open need brings a household onto the list three days ahead."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from customers.models import Household
from tests.factories import HouseholdFactory, NeedFactory
from tests.visits.cadence.homes import facts
from visits.cadence.reasons import need

DAY = date(2026, 3, 10)


def ahead(days):
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(("days", "late"), [(4, None), (3, -3), (1, -1), (0, 0), (-1, 1), (-400, 400)])
def test_it_presses_from_three_days_before_its_day(days, late):
    assert need.late(ahead(days), DAY) == late


def test_nothing_is_due_where_nothing_is_known():
    assert need.late(None, DAY) is None


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (2, ("需求 03-12 到期", "warn")),
        (0, ("需求 03-10 到期", "warn")),
        (-1, ("需求已逾期 1 天", "bad")),
        (-30, ("需求已逾期 30 天", "bad")),
    ],
)
def test_it_says_when_it_is_due_and_since_when_it_has_been(days, said):
    badge = need.words(ahead(days), DAY)
    assert (badge.text, badge.tone) == said


def test_one_day_and_several_are_told_apart_in_english():
    with translation.override("en"):
        assert [need.words(ahead(-days), DAY).text for days in (1, 2)] == [
            "need 1 day overdue", "need 2 days overdue",
        ]  # fmt: skip


def found(cast):
    return facts(need.REASON, Household.objects.visible_to(cast.li), DAY)


def test_the_nearest_open_need_counts_and_only_ones_own(cast):
    mine, other = HouseholdFactory(grid=cast.grid_li), HouseholdFactory(grid=cast.grid_li)
    for days in (5, 2, 9):
        NeedFactory(household=mine, due_on=ahead(days))
    NeedFactory(household=other, due_on=ahead(-7))
    assert found(cast) == {mine.pk: ahead(2), other.pk: ahead(-7)}


@pytest.mark.parametrize("fields", [{"status": "done"}, {"status": "dropped"}, {"due_on": None}])
def test_a_need_that_is_closed_or_has_no_day_brings_nobody(cast, fields):
    home = HouseholdFactory(grid=cast.grid_li)
    NeedFactory(household=home, **{"due_on": ahead(-1), **fields})
    assert found(cast) == {home.pk: None}
    NeedFactory(household=home, due_on=ahead(8))
    assert found(cast) == {home.pk: ahead(8)}
