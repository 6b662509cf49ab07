"""Ages, months and what is in force: one rule each, at the days where rules differ."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridbank import days

any_day = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 8, 31), date(2026, 8, 30), 17),
        (date(2008, 8, 31), date(2026, 8, 31), 18),
        (date(2008, 1, 29), date(2026, 1, 31), 18),
        (None, date(2026, 1, 31), None),
    ],
)
def test_an_age_changes_on_the_birthday(born, day, age):
    assert days.age_on(born, day) == age


@given(any_day, st.integers(0, 90))
def test_who_was_born_by_that_day_has_the_age_and_nobody_later_has(day, age):
    latest = days.born_by(day, age)
    assert days.age_on(latest, day) >= age
    assert days.age_on(latest + timedelta(days=1), day) < age


@pytest.mark.parametrize("last", [29, 30, 31])
def test_at_the_end_of_a_month_everybody_of_eighteen_is_an_adult(last):
    assert days.born_by(date(2026, 8, last)) == date(2008, 8, last)


def test_eighteen_years_before_a_leap_day_is_the_day_before_march():
    assert days.born_by(date(2028, 2, 29)) == date(2010, 2, 28)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 30), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), -2, date(2027, 2, 28)),
        (date(2026, 7, 31), 0, date(2026, 7, 31)),
    ],
)
def test_months_back_end_inside_the_shorter_month(day, months, found):
    assert days.months_before(day, months) == found


@given(any_day, st.dates(date(1990, 1, 1), date(2020, 12, 31)))
def test_the_age_that_is_shown_is_the_same_for_a_whole_year(day, born):
    """Whoever reads it on two days of a year learns nothing of the birthday; it is never less than the age in whole years."""
    year = days.year_first(day)
    assert days.years_on(born, day) == days.years_on(born, year) == days.years_on(days.year_first(born), day)
    assert days.years_on(born, day) - days.age_on(born, day) in {0, 1}
    assert days.years_on(None, day) is None


@given(any_day)
def test_a_month_is_read_as_it_was_written(day):
    assert days.month_read(days.month_write(day)) == days.month_first(day)
    assert days.month_first(days.month_last(day) + timedelta(days=1)) == days.month_before(day, -1)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-1", "0000-01", "2026-01\n", "２０２６-01", "2026-01-01", ""]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match=r"month|year"):
        days.month_read(text)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [
        (date(2026, 5, 5), None, True),
        (date(2026, 5, 5), date(2026, 5, 5), True),
        (date(2026, 5, 6), None, False),
        (date(2026, 5, 1), date(2026, 5, 4), False),
    ],
)
def test_both_ends_of_a_validity_count(valid_from, valid_to, expected):
    assert days.holds(valid_from, valid_to, date(2026, 5, 5)) is expected


def test_nothing_follows_the_last_day_there_is():
    assert days.day_after(date(2026, 2, 28)) == date(2026, 3, 1)
    assert days.day_after(date.max) == date.max


@pytest.mark.parametrize(("typed", "day"), [
    ("2026-12-10", (2026, 12, 10)), ("2026/1/5", (2026, 1, 5)), ("2026.12.10", (2026, 12, 10)),
    ("20261210", (2026, 12, 10)), ("2026年12月10日", (2026, 12, 10)), ("２０２６１２１０", (2026, 12, 10)),
    ("1210", (2026, 12, 10)), ("12-10", (2026, 12, 10)), ("12月10日", (2026, 12, 10)), ("1/5", (2027, 1, 5)),
    ("0110", (2027, 1, 10)), ("1101", (2026, 11, 1)), ("0601", (2026, 6, 1)), ("0520", (2027, 5, 20)),
    ("+30", (2026, 12, 27)), ("-7", (2026, 11, 20)), ("＋1", (2026, 11, 28)), ("0229", (2028, 2, 29)),
])  # fmt: skip
def test_a_day_is_read_as_people_type_it(typed, day):
    if typed == "0229":
        assert days.day_read(typed, date(2027, 11, 27)) == date(*day)
    else:
        assert days.day_read(typed, date(2026, 11, 27)) == date(*day)


@pytest.mark.parametrize(
    "typed", ["", "12", "123", "1301", "61210-01-01", "2026-13-01", "2026-02-30", "0000", "+", "今天"]
)
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        days.day_read(typed, date(2026, 11, 27))


def test_the_29th_of_february_needs_a_leap_year_near():
    with pytest.raises(ValueError, match=r".*"):
        days.day_read("0229", date(2026, 5, 1))
