"""How many of the households have a complete archive."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from performance.enums import Counted, FactSource
from performance.indicators.definition import Indicator, Query, Way, Window
from performance.indicators.households import household_state


def query(window: Window) -> Query:
    """Return the SQL of its facts."""
    sql = household_state(window, "CASE WHEN r.archived_on <= %s THEN r.micros ELSE 0 END", "r.micros")
    return sql, [window.as_of.isoformat()]


INDICATOR = Indicator(
    key="archive_rate",
    name=_("Archive rate"),
    unit="%",
    is_rate=True,
    counted=Counted.STATE,
    formula=_(
        "Households with a complete archive ÷ households in the grids led, at the end of the month, "
        "divided by days led."
    ),
    source=_("Household archive: archive complete since"),
    sources=frozenset({FactSource.HOUSEHOLD}),
    query=query,
    way=Way(
        ngettext_lazy("Complete %(n)s more archive", "Complete %(n)s more archives", "n"),
        "customers:list",
        {"archive": "partial"},
    ),
    measure="archive",
)
