"""The rooms that write ask whether a month is closed, and hold it; who owns the months answers."""

from datetime import date

import pytest
from django.utils import timezone

from grids import closing

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 20), date(2026, 9, 5), date(2026, 10, 1)


@pytest.fixture
def asked(monkeypatch):
    """Put a judge in the rankings' place that calls September final, and note what it is asked."""
    days = []

    def judge(_grid, asked):
        days.append(asked)
        return [day for day in asked if day.month == SEPTEMBER.month]

    monkeypatch.setattr(closing, "_judges", [])
    monkeypatch.setattr(closing, "_listeners", [])
    closing.register(judge)
    return days


def test_each_month_is_held_once_and_in_order(asked):
    days = [OCTOBER, SEPTEMBER, None, date(2026, 9, 28), AUGUST]
    assert closing.hold(None, days) == {SEPTEMBER, date(2026, 9, 28)}
    assert [[day.month for day in days] for days in asked] == [[8, 9, 10]]


def test_of_no_day_nobody_is_asked(asked):
    assert closing.hold(None, [None]) == frozenset()
    assert asked == []


def test_nothing_is_final_where_nobody_judges(monkeypatch):
    monkeypatch.setattr(closing, "_judges", [])
    assert closing.hold(None, [SEPTEMBER]) == frozenset()


def test_a_change_is_told_to_who_listens(asked):
    heard = []
    closing.register(closing._judges[0], heard.append)
    change = closing.Change(None, None, None, (SEPTEMBER,), {"day": [None, "2026-09-05"]})
    closing.tell(change)
    assert heard == [change]
    assert len(closing._judges) == 1


def test_a_change_reaches_every_month_from_its_day_to_today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 2))
    assert closing.months_since(SEPTEMBER) == [SEPTEMBER, OCTOBER, date(2026, 11, 1)]
    assert closing.months_since(date(2026, 11, 3)) == []
