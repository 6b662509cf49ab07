"""China's working days: weekends, public holidays and the weekend days worked in exchange (调休补班).

The calendar comes with the `holidays` package, which carries the State Council's notices year by year; nothing is
asked of a network. A year whose notice the installed package doesn't hold isn't guessed: `YearNotKnown` says which.
Pure: whoever asks names the day.
"""

from datetime import date, timedelta
from functools import cache

from django.utils.translation import gettext as _
from holidays import HolidayBase, country_holidays
from holidays.countries.china import ChinaStaticHolidays

from gridbank.errors import Refused

# without a notice the package still knows the festivals, but not which days are moved for them
NOTICES = frozenset(ChinaStaticHolidays.special_public_holidays)
_DAY = timedelta(days=1)
# New Year's holiday may begin, and be worked for, on the last days of the old year: the new year's notice says so
_TURN_OF_YEAR = (12, 29)


class YearNotKnown(Refused):
    """The notice that settles a day's year isn't in the installed calendar."""

    def __init__(self, year: int) -> None:
        """Say which year is missing."""
        text = _("The State Council's holiday notice for %(year)s is not in this installation yet.")
        super().__init__(text % {"year": year})
        self.year = year


def is_workday(day: date) -> bool:
    """Say whether people work on a day. Raises YearNotKnown."""
    calendar = _calendar(day.year)
    if (day.month, day.day) >= _TURN_OF_YEAR:
        _calendar(day.year + 1)
    return calendar.is_working_day(day)


def workdays_between(start: date, end: date) -> int:
    """Return how many working days come after `start` up to `end`, `end` included; less than 0 when it lies before.

    For a working day `end` it is what `add_workdays` has to add to `start`. Raises YearNotKnown.
    """
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + _DAY * number) for number in range(1, (end - start).days + 1))


def add_workdays(day: date, count: int) -> date:
    """Return the working day that is so many after a day, before it when `count` is negative.

    The day itself never counts, as with every term in law; 0 is the day, or the next one on which people work.
    Raises YearNotKnown.
    """
    if count == 0:
        return day if is_workday(day) else add_workdays(day, 1)
    step = _DAY if count > 0 else -_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day)
    return day


@cache
def _calendar(year: int) -> HolidayBase:
    if year not in NOTICES:
        raise YearNotKnown(year)
    return country_holidays("CN", years={year, year + 1} & NOTICES, expand=False)
