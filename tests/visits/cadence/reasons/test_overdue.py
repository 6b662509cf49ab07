"""Somebody is overdue by the rhythm that the list's filter of people asks for."""

from datetime import date, timedelta

import pytest

from customers.enums import MET_WITHIN, Met
from visits.cadence.reasons import overdue

DAY = date(2026, 3, 4)


@pytest.mark.parametrize(("over", "late"), [(-MET_WITHIN.days, None), (0, None), (1, 1), (30, 30)])
def test_one_day_more_than_the_rhythm_is_late(over, late):
    assert overdue.late(DAY - MET_WITHIN - timedelta(days=over), DAY) == late


def test_whoever_was_never_met_is_not_overdue_but_new():
    assert overdue.late(None, DAY) is None


def test_the_filter_names_the_same_number_of_days():
    assert all(str(MET_WITHIN.days) in str(met.label) for met in (Met.LONG_AGO, Met.RECENT))
