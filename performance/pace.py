"""How much of a month's target is due on a day of it."""

from datetime import date
from decimal import Decimal

from gridbank.days import month_last
from performance.enums import STATES
from performance.indicators import Indicator


def is_dated(indicator: Indicator) -> bool:
    """Whether what it counts happened on days of the month; of a state only the end of the month is known."""
    return bool(indicator.sources - STATES)


def begins_anew(indicator: Indicator) -> bool:
    """Whether a month counts it from nothing, so that half of it is due in the middle.

    What everybody has at the end of the month (archives, apps) goes on from month to month, and the share of offers
    that are accepted is the same on any day.
    """
    return is_dated(indicator) and not indicator.base_grows


def due_by(indicator: Indicator, target: Decimal, day: date) -> Decimal:
    """Return how much of a month's target is due by the end of a day of it."""
    return target * day.day / month_last(day).day if begins_anew(indicator) else target
