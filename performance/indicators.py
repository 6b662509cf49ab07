"""The registry of indicators: what each one counts, in words for people and in SQL for the database.

An indicator's SQL gives one row per fact: staff_id, grid_id, branch_id, day, source, source_id,
source_version, subject, numerator and denominator in millionths, and `place`, by which facts are numbered: a
number of its own for each, growing with branch (0 for none), then person. It reads the temporary tables of
`facts.prepared`: `rank_grid` (the bank's grids with their branch), `rank_lead` (who led a grid from a day to
a day, 0 for nobody, no overlaps), `rank_visit`, `rank_home` and `rank_adults` (see `first_visits`, `homes`, `adults`).

Who is credited:

- an event goes to who acted (offer, opened account) and, where that isn't known, to the grid's lead on the
  day; a household's first effective visit goes to the lead of the visit's grid on the day of the visit;
- a state at the end of the month (archive, app) and every denominator is split over the month's leads by
  days.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridbank.days import born_by

ONE = 1_000_000

Query = tuple[str, list[Any]]


@dataclass(frozen=True)
class Window:
    """The days that a computation looks at: the month's first day to `as_of`, both included."""

    first: date
    as_of: date

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
class Indicator:
    """One thing that can be ranked by."""

    key: str
    name: str | Promise
    unit: str | Promise
    is_rate: bool
    formula: str | Promise
    source: str | Promise
    query: Callable[[Window], Query]


def day_literal(day: date) -> str:
    """Write a day as the database keeps it."""
    return f"DATE '{day.isoformat()}'" if connection.vendor == "postgresql" else f"'{day.isoformat()}'"


def _hex(column: str) -> str:
    return f"REPLACE(CAST({column} AS text), '-', '')"


def _in_order(what: str) -> str:
    return f"ROW_NUMBER() OVER (ORDER BY COALESCE(branch_id, 0), staff_id, {what})"


def first_visits(window: Window) -> Query:
    """Return the SQL of `rank_visit`: each household's first visit of the month at which somebody was met.

    It stands with the grid and branch it was made in and whoever led that grid on its day.
    """
    return (
        """
        SELECT v.household_id, v.id AS visit_id, v.version, v.day, v.grid_id, v.branch_id,
               COALESCE(l.staff_id, 0) AS staff_id
        FROM (SELECT t.id, t.version, t.day, t.grid_id, t.household_id, g.branch_id,
                     ROW_NUMBER() OVER (PARTITION BY t.household_id ORDER BY t.started_at, t.id) AS turn
              FROM visits_visit t JOIN rank_grid g ON g.grid_id = t.grid_id
              WHERE t.met AND NOT t.is_late AND t.day BETWEEN %s AND %s) v
        LEFT JOIN rank_lead l ON l.grid_id = v.grid_id AND v.day BETWEEN l.first_day AND l.last_day
        WHERE v.turn = 1""",
        [window.first.isoformat(), window.as_of.isoformat()],
    )


def homes(window: Window) -> Query:
    """Return the SQL of `rank_home`: each household once per lead of its grid, with his part of the month.

    The parts are millionths that add up to one. A household that was visited where it isn't any more (it
    moved, within the month) has one row more, with no part in it: whoever led that grid on that day.
    """
    return (
        f"""
        SELECT {_in_order("household_id, grid_id")} AS place, household_id, version, archived_on, grid_id, branch_id,
               staff_id, micros
        FROM (SELECT h.id AS household_id, h.version, h.archived_on, h.grid_id, g.branch_id, s.staff_id, s.micros
              FROM customers_household h
              JOIN rank_grid g ON g.grid_id = h.grid_id
              JOIN rank_share s ON s.grid_id = h.grid_id
              WHERE h.created_at < %s
              UNION ALL
              SELECT h.id, h.version, h.archived_on, f.grid_id, f.branch_id, f.staff_id, 0
              FROM rank_visit f JOIN customers_household h ON h.id = f.household_id
              WHERE h.grid_id <> f.grid_id OR h.created_at >= %s) pairs""",  # noqa: S608  our own constants
        [window.end, window.end],
    )


def adults(window: Window) -> Query:
    """Return the SQL of `rank_adults`: how many adults a household has, and how many of them are verified."""
    return (
        """
        SELECT household_id, COUNT(*) AS adults, SUM(CASE WHEN app_verified_on <= %s THEN 1 ELSE 0 END) AS verified
        FROM customers_customer WHERE birth_date <= %s AND created_at < %s
        GROUP BY household_id""",
        [window.as_of.isoformat(), window.born_by.isoformat(), window.end],
    )


def _new_customers(window: Window) -> Query:
    return (
        f"""
        SELECT {_in_order("customer_id")} AS place, counted.*
        FROM (SELECT COALESCE(c.opened_by_id, l.staff_id, 0) AS staff_id, h.grid_id, g.branch_id,
                     c.customer_since AS day, 'customer' AS source, CAST(c.id AS text) AS source_id,
                     c.version AS source_version, CAST(c.id AS text) AS subject,
                     {ONE} AS numerator, 0 AS denominator, c.id AS customer_id
              FROM customers_customer c
              JOIN customers_household h ON h.id = c.household_id
              JOIN rank_grid g ON g.grid_id = h.grid_id
              LEFT JOIN rank_lead l
                     ON l.grid_id = h.grid_id AND c.customer_since BETWEEN l.first_day AND l.last_day
              WHERE c.customer_since BETWEEN %s AND %s) counted""",  # noqa: S608
        [window.first.isoformat(), window.as_of.isoformat()],
    )


def _marketing(window: Window) -> Query:
    return (
        f"""
        SELECT {_in_order("o.id")} AS place, o.staff_id, o.grid_id, g.branch_id, o.offered_on AS day,
               'offer' AS source, CAST(o.id AS text) AS source_id, 1 AS source_version,
               CAST(o.customer_id AS text) AS subject,
               CASE WHEN o.result = 'accepted' THEN {ONE} ELSE 0 END AS numerator, {ONE} AS denominator
        FROM products_offer o
        JOIN rank_grid g ON g.grid_id = o.grid_id
        WHERE o.offered_on BETWEEN %s AND %s""",  # noqa: S608
        [window.first.isoformat(), window.as_of.isoformat()],
    )


def _household_state(window: Window, numerator: str, denominator: str, join: str = "") -> str:
    return f"""
        SELECT r.place, r.staff_id, r.grid_id, r.branch_id, {day_literal(window.as_of)} AS day,
               'household' AS source, CAST(r.household_id AS text) AS source_id, r.version AS source_version,
               CAST(r.household_id AS text) AS subject, {numerator} AS numerator, {denominator} AS denominator
        FROM rank_home r {join} WHERE r.micros > 0"""  # noqa: S608


def _activation(window: Window) -> Query:
    join = "JOIN rank_adults a ON a.household_id = r.household_id"
    return _household_state(window, "r.micros * a.verified", "r.micros * a.adults", join), []


def _archive(window: Window) -> Query:
    sql = _household_state(window, "CASE WHEN r.archived_on <= %s THEN r.micros ELSE 0 END", "r.micros")
    return sql, [window.as_of.isoformat()]


def _coverage(window: Window) -> Query:
    return (
        f"""
        SELECT r.place, r.staff_id, r.grid_id, r.branch_id,
               COALESCE(f.day, {day_literal(window.as_of)}) AS day,
               CASE WHEN f.visit_id IS NULL THEN 'household' ELSE 'visit' END AS source,
               COALESCE({_hex("f.visit_id")}, CAST(r.household_id AS text)) AS source_id,
               COALESCE(f.version, r.version) AS source_version, CAST(r.household_id AS text) AS subject,
               CASE WHEN f.visit_id IS NULL THEN 0 ELSE {ONE} END AS numerator, r.micros AS denominator
        FROM rank_home r
        LEFT JOIN rank_visit f
               ON f.household_id = r.household_id AND f.staff_id = r.staff_id AND f.grid_id = r.grid_id""",  # noqa: S608
        [],
    )


INDICATORS: dict[str, Indicator] = {
    indicator.key: indicator
    for indicator in (
        Indicator(
            "new_customers",
            _("New customers"),
            _("people"),
            is_rate=False,
            formula=_(
                "People who became customers in the month, each counted once for who opened the account."
            ),
            source=_("Customer archive: customer since, opened by"),
            query=_new_customers,
        ),
        Indicator(
            "marketing_success",
            _("Marketing success"),
            "%",
            is_rate=True,
            formula=_("Accepted offers ÷ offers made in the month, by who made them."),
            source=_("Offers recorded with visits"),
            query=_marketing,
        ),
        Indicator(
            "app_activation",
            _("App activation"),
            "%",
            is_rate=True,
            formula=_(
                "Adults with the app downloaded and their identity verified ÷ adults in the grids led, "
                "at the end of the month, divided by days led."
            ),
            source=_("Customer archive: app verified on, date of birth"),
            query=_activation,
        ),
        Indicator(
            "visit_coverage",
            _("Household visit coverage"),
            "%",
            is_rate=True,
            formula=_(
                "Households with at least one visit in the month at which somebody was met ÷ households in "
                "the grids led. The visit counts for who led the grid on its day, the household by days led."
            ),
            source=_("Visits"),
            query=_coverage,
        ),
        Indicator(
            "archive_rate",
            _("Archive rate"),
            "%",
            is_rate=True,
            formula=_(
                "Households with a complete archive ÷ households in the grids led, at the end of the month, "
                "divided by days led."
            ),
            source=_("Household archive: archive complete since"),
            query=_archive,
        ),
    )
}
