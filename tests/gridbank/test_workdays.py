"""Working days, held against the State Council's notices word by word."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from gridbank import workdays
from gridbank.errors import Refused
from gridbank.workdays import YearNotKnown, add_workdays, is_workday, workdays_between

# year: the spans that are off (first day, last day), and the weekend days that are worked
NOTICES = {
    # 国办发明电〔2023〕7号, 25 October 2023
    2024: (
        ["01-01 01-01", "02-10 02-17", "04-04 04-06", "05-01 05-05", "06-10 06-10", "09-15 09-17", "10-01 10-07"],
        ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    ),
    # 国办发明电〔2024〕12号, 12 November 2024
    2025: (
        ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    # the notice of 4 November 2025
    2026: (
        ["01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}  # fmt: skip
# the last day that the notices of today's package settle
KNOWN_UNTIL = date(max(workdays.NOTICES), 12, 28)
DAY = timedelta(days=1)


def days_of(year):
    first = date(year, 1, 1)
    return [first + DAY * number for number in range((date(year + 1, 1, 1) - first).days)]


def as_the_notice_says(year):
    """Return the working days of a year from the text of its notice alone."""
    spans, worked = NOTICES[year]
    ends = [[date.fromisoformat(f"{year}-{end}") for end in span.split()] for span in spans]
    made_up = {date.fromisoformat(f"{year}-{day}") for day in worked}
    return [
        day
        for day in days_of(year)
        if day in made_up or (day.weekday() < 5 and not any(first <= day <= last for first, last in ends))
    ]


@pytest.fixture
def next_year_out(monkeypatch):
    """The year after the last: its days are not asked for, only whether its notice is there."""
    monkeypatch.setattr(workdays, "NOTICES", workdays.NOTICES | {max(workdays.NOTICES) + 1})
    workdays._calendar.cache_clear()
    yield
    workdays._calendar.cache_clear()


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_the_year_is_what_its_notice_says(year, next_year_out):
    assert [day for day in days_of(year) if is_workday(day)] == as_the_notice_says(year)


@pytest.mark.parametrize(("year", "holidays"), [(2024, 11), (2025, 13), (2026, 13)])
def test_what_is_moved_costs_no_working_day(year, holidays, next_year_out):
    """The days of the year less its weekends and the holidays of the law: 11 of them, 13 since 2025."""
    days = days_of(year)
    count = len(days) - sum(day.weekday() > 4 for day in days) - holidays
    assert workdays_between(days[0] - DAY, days[-1]) == count


def test_a_weekend_day_worked_in_exchange_is_a_working_day():
    assert is_workday(date(2026, 2, 14))
    assert date(2026, 2, 14).weekday() == 5
    assert not is_workday(date(2026, 2, 23))
    assert date(2026, 2, 23).weekday() == 0


def test_the_old_year_is_worked_for_the_new_one():
    """2006 was New Year's Eve off its weekend: 30 and 31 December were worked by the notice of 2007."""
    assert is_workday(date(2006, 12, 30))
    assert is_workday(date(2006, 12, 31))
    assert not is_workday(date(2018, 12, 31))
    assert is_workday(date(2018, 12, 29))


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        # over the spring festival of 2026, with both of its Saturdays
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-13", 7, "2026-03-02"),
        ("2026-02-24", -2, "2026-02-13"),
        ("2026-02-16", 0, "2026-02-24"),
        ("2026-02-14", 0, "2026-02-14"),
        # over the turn of a year whose both notices are out
        ("2025-12-31", 1, "2026-01-04"),
        ("2026-09-30", 1, "2026-10-08"),
    ],
)
def test_a_term_ends_on_a_working_day(day, count, then):
    assert add_workdays(date.fromisoformat(day), count) == date.fromisoformat(then)


def test_what_lies_between_leaves_the_first_day_out_and_has_a_direction():
    assert workdays_between(date(2026, 2, 13), date(2026, 2, 13)) == 0
    assert workdays_between(date(2026, 2, 13), date(2026, 2, 24)) == 2
    assert workdays_between(date(2026, 2, 24), date(2026, 2, 13)) == -2
    assert workdays_between(date(2026, 2, 14), date(2026, 2, 23)) == 0


SETTLED = st.dates(date(2024, 3, 1), date(2026, 9, 1))


@given(SETTLED, st.integers(1, 60))
def test_adding_and_counting_undo_each_other(day, count):
    then = add_workdays(day, count)
    assert is_workday(then)
    assert workdays_between(day, then) == count
    assert workdays_between(then, day) == -count


def test_a_year_without_a_notice_is_never_guessed():
    missing = max(workdays.NOTICES) + 1
    for ask in (
        lambda: is_workday(date(missing, 3, 3)),
        lambda: is_workday(date(missing, 1, 1)),
        lambda: is_workday(KNOWN_UNTIL + DAY),
        lambda: add_workdays(KNOWN_UNTIL, 20),
        lambda: workdays_between(KNOWN_UNTIL, date(missing, 1, 5)),
    ):
        with pytest.raises(YearNotKnown) as error:
            ask()
        assert error.value.year == missing
        assert str(missing) in str(error.value)
    assert is_workday(KNOWN_UNTIL) in {True, False}
    with pytest.raises(YearNotKnown):
        is_workday(date(2000, 5, 1))


def test_a_missing_year_is_said_in_the_readers_language():
    with translation.override("zh-hans"):
        error = YearNotKnown(2031)
    assert isinstance(error, Refused)
    assert str(error) == "系统内尚无国务院办公厅 2031 年节假日安排，无法计算该年工作日。"


def test_the_running_calendar_holds_the_notices_checked_here():
    """A package that lost a year would raise where today it answers."""
    assert set(NOTICES) <= workdays.NOTICES
    assert date(2026, 12, 28) <= KNOWN_UNTIL
