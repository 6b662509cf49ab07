"""The days that a demo covers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gridbank.days import month_before

PAST_MONTHS = 7


@dataclass(frozen=True)
class Scale:
    """How big a demo is: households in the bank, and visits that a manager makes in a month."""

    name: str
    households: int
    visits_a_month: int


SCALES = {
    "tiny": Scale("tiny", 150, 4),
    "demo": Scale("demo", 4_000, 20),
    "county": Scale("county", 100_000, 90),
}


@dataclass(frozen=True)
class Span:
    """From the first day of the seventh month back until today."""

    today: date

    @property
    def first(self) -> date:
        """Return the day the visits begin."""
        return month_before(self.today, PAST_MONTHS)

    def days(self) -> Iterator[date]:
        """Go through every day."""
        day = self.first
        while day <= self.today:
            yield day
            day += timedelta(days=1)

    def closed_months(self) -> list[date]:
        """Return the six months before the running one, oldest first."""
        return [month_before(self.today, back) for back in range(6, 0, -1)]
