"""What an indicator says of itself, and the window that its SQL looks at.

An indicator's SQL gives one row per fact: staff_id, grid_id, branch_id, day, source, source_id,
source_version, subject, numerator and denominator in millionths, and `place`, by which facts are numbered: a
number of its own for each, growing with branch (0 for none), then person. It reads the temporary tables of
`facts.prepared`: `rank_grid` (the bank's grids with their branch), `rank_lead` (who led a grid from a day to
a day, 0 for nobody, no overlaps), and those of `households`.

Who is credited:

- an event goes to who acted (offer, opened account) and, where that isn't known, to the grid's lead on the
  day; a household's first effective visit goes to the lead of the visit's grid on the day of the visit;
- what stands in a final month's facts is left out, whatever day it bears now: it earns once;
- a state at the end of the month (archive, app) and every denominator is split over the month's leads by
  days, in the grid that the household belonged to on the last day.

Where a household belongs is dated: an act stands in the grid of its day, and a month asked for again next year gives
the same bytes. So `source_version` is a visit's; whatever else is edited is 1: what is edited isn't what is counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise

from customers.enums import Evidence
from gridbank.days import born_by
from performance.enums import Counted, FactSource

ONE = 1_000_000

Query = tuple[str, list[Any]]


@dataclass(frozen=True)
class Window:
    """The days that a computation looks at: the month's first day to `as_of`, both included."""

    first: date
    as_of: date
    confirmed_only: bool = False
    """Whether what was only claimed doesn't count: the scheme says."""

    def evident(self, column: str) -> str:
        """Return the condition that something counts by its evidence: confirmed, or else at least not refuted."""
        if self.confirmed_only:
            return f"{column} = {Evidence.CONFIRMED:d}"
        return f"COALESCE({column}, {Evidence.CLAIMED:d}) <> {Evidence.REFUTED:d}"

    @property
    def end(self) -> Any:
        """Return the first instant after the window as the database writes it."""
        after = datetime.combine(self.as_of + timedelta(days=1), time.min)
        return connection.ops.adapt_datetimefield_value(timezone.make_aware(after))

    @property
    def born_by(self) -> date:
        """Return the latest birthday of an adult."""
        return born_by(self.as_of)


@dataclass(frozen=True)
class Way:
    """How somebody does more of an indicator: in words with `%(n)s`, and the page where it is done."""

    words: Any
    route: str
    query: Mapping[str, str] = field(default_factory=dict)

    def say(self, n: int) -> str:
        """Say how many more."""
        return str(self.words % {"n": n})


@dataclass(frozen=True)
class Indicator:
    """One thing that can be ranked by."""

    key: str
    name: str | Promise
    unit: str | Promise
    is_rate: bool
    counted: Counted
    formula: str | Promise
    source: str | Promise
    sources: frozenset[FactSource]
    """The kinds of rows its facts freeze; `source` says in words where they are kept."""
    query: Callable[[Window], Query]
    way: Way
    measure: str = ""
    """The key of the map's measure that shows the same as it is today, if there is one."""

    @property
    def base_grows(self) -> bool:
        """Whether what is done newly enters both sides of the rate; others have a base that nobody can move."""
        return self.is_rate and self.counted == Counted.EVENT


def day_literal(day: date) -> str:
    """Write a day as the database keeps it."""
    return f"DATE '{day.isoformat()}'" if connection.vendor == "postgresql" else f"'{day.isoformat()}'"


def unearned(indicator: str, source: FactSource, source_id: str) -> str:
    """Return the condition that no final month counted an act; `source_id` is the SQL of its identity."""
    return (
        "NOT EXISTS (SELECT 1 FROM performance_earned e "  # noqa: S608  our own constants
        f"WHERE e.indicator = '{indicator}' AND e.source = '{source}' AND e.source_id = {source_id})"
    )


def plain(column: str) -> str:
    """Return the SQL of a UUID without its dashes."""
    return f"REPLACE(CAST({column} AS text), '-', '')"


def in_order(what: str) -> str:
    """Number facts by branch, then person, then what is named."""
    return f"ROW_NUMBER() OVER (ORDER BY COALESCE(branch_id, 0), staff_id, {what})"
