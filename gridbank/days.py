"""One rule each for ages, months and what is in force on a day. Pure: whoever asks names the day."""

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta

from django.db.models import Q

ADULT_AGE = 18
# below it the law asks for a guardian's consent
GUARDED_AGE = 14
# there is no year 0
MONTH = re.compile(r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])")


# A whole day, a day of some year, a distance from today; signs of the country's own script stand between as well.
_WHOLE = re.compile(
    r"([0-9]{4})[-/.\u5e74]([0-9]{1,2})[-/.\u6708]([0-9]{1,2})\u65e5?|([0-9]{4})([0-9]{2})([0-9]{2})"
)
_SHORT = re.compile(r"([0-9]{1,2})[-/.\u6708]([0-9]{1,2})\u65e5?|([0-9]{2})([0-9]{2})")
_AWAY = re.compile(r"[+-][0-9]{1,4}")
FIRST_YEAR, LAST_YEAR = 1880, 2999


def day_read(text: str, today: date) -> date:
    """Read a day as people type it: 2026-12-10, 20261210, 1210, 12-10, +30, -7; also in full-width signs.

    A day without its year is the one nearest to today. Raises ValueError.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("\u2212", "-")
    if _AWAY.fullmatch(plain):
        return today + timedelta(days=int(plain))
    if found := _WHOLE.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups() if part)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(text)
        return date(year, month, day)
    found = _SHORT.fullmatch(plain)
    if found is None:
        raise ValueError(text)
    month, day = (int(part) for part in found.groups() if part)
    near = [
        year for year in (today.year, today.year + 1, today.year - 1) if day <= monthrange(year, month)[1]
    ]
    return min((date(year, month, day) for year in near), key=lambda each: abs(each - today))


def age_on(born: date | None, day: date) -> int | None:
    """Return somebody's age in whole years on a day, None when the date of birth is unknown.

    Born on 29 February, one is a year older on 1 March of a year without that day.
    """
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def years_on(born: date | None, day: date) -> int | None:
    """Return the age that is shown: the year of a day minus the year of birth, None when that is unknown.

    It moves for everybody on 1 January. The age in whole years moves on the birthday: whoever read it on two days had
    the day, and with it, of an ID number, all but the three digits of its order.
    """
    return None if born is None else day.year - born.year


def year_first(day: date) -> date:
    """Return the first day of a day's year."""
    return date(day.year, 1, 1)


def born_by(day: date, age: int = ADULT_AGE) -> date:
    """Return the latest date of birth of somebody who has reached an age, in years, on a day."""
    return _clamped(day.year - age, day.month, day.day)


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier (later when negative), or the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 - months
    return _clamped(count // 12, count % 12 + 1, day.day)


def month_first(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)


def month_last(day: date) -> date:
    """Return the last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_before(day: date, months: int) -> date:
    """Return the first day of the month so many months earlier."""
    return months_before(month_first(day), months)


def month_read(text: str) -> date:
    """Read YYYY-MM as the first day of the month. Raises ValueError."""
    if not MONTH.fullmatch(text):
        message = "a month is written YYYY-MM"
        raise ValueError(message)
    return date(int(text[:4]), int(text[5:]), 1)


def month_write(day: date) -> str:
    """Write a day's month as YYYY-MM."""
    return f"{day.year:04}-{day.month:02}"


def in_force(day: date, prefix: str = "") -> Q:
    """Return the condition that what has `valid_from` and `valid_to` holds on a day; both days are included."""
    return Q(**{f"{prefix}valid_from__lte": day}) & not_over(day, prefix)


def not_over(day: date, prefix: str = "") -> Q:
    """Return the condition that it holds on a day or will later."""
    return Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gte": day})


def holds(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Say the same of one row's days."""
    return valid_from <= day and (valid_to is None or valid_to >= day)


def day_before(day: date) -> date:
    """Return the day before: the last one of what ends when something else starts."""
    return day - timedelta(days=1)


def day_after(day: date) -> date:
    """Return the day after: the first one of what follows; the last day there is has none and stays."""
    return day if day == date.max else day + timedelta(days=1)
