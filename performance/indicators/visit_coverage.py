"""In how many of the households somebody was met."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from performance.enums import Counted, FactSource
from performance.indicators.definition import ONE, Indicator, Query, Way, Window, day_literal, plain


def query(window: Window) -> Query:
    """Return the SQL of its facts."""
    return (
        f"""
        SELECT r.place, r.staff_id, r.grid_id, r.branch_id,
               COALESCE(f.day, {day_literal(window.as_of)}) AS day,
               CASE WHEN f.visit_id IS NULL THEN '{FactSource.HOUSEHOLD}' ELSE '{FactSource.VISIT}' END AS source,
               COALESCE({plain("f.visit_id")}, CAST(r.household_id AS text)) AS source_id,
               COALESCE(f.version, 1) AS source_version, CAST(r.household_id AS text) AS subject,
               CASE WHEN f.visit_id IS NULL THEN 0 ELSE {ONE} END AS numerator, r.micros AS denominator
        FROM rank_home r
        LEFT JOIN rank_visit f
               ON f.household_id = r.household_id AND f.staff_id = r.staff_id AND f.grid_id = r.grid_id""",  # noqa: S608
        [],
    )


INDICATOR = Indicator(
    key="visit_coverage",
    name=_("Visit coverage"),
    unit="%",
    is_rate=True,
    # A household was met in the month or it wasn't: a further visit changes nothing.
    counted=Counted.STATE,
    formula=_(
        "Households with at least one visit in the month at which somebody was met, at the door as well as by phone "
        "or otherwise ÷ households in the grids led. The visit counts for who led the grid on its day, the household by days led."
    ),
    source=_("Visits"),
    sources=frozenset({FactSource.VISIT, FactSource.HOUSEHOLD}),
    query=query,
    way=Way(ngettext_lazy("Meet %(n)s more household", "Meet %(n)s more households", "n"), "visits:today"),
    measure="coverage",
)
