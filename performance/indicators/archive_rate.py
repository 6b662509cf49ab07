"""How many of the households have a complete archive."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from performance.enums import Counted, FactSource
from performance.indicators.definition import Indicator, Query, Way, Window
from performance.indicators.households import household_state


def query(window: Window) -> Query:
    """Return the SQL of its facts."""
    return household_state(window, "r.micros * r.complete", "r.micros"), []


INDICATOR = Indicator(
    key="archive_rate",
    name=_("Archive rate"),
    unit="%",
    is_rate=True,
    counted=Counted.STATE,
    formula=_(
        "Households whose archive is complete on the last day of the month ÷ households in the grids led on that "
        "day, divided by days led. An archive that lacks something again by then doesn't count."
    ),
    source=_("Household archive: the days on which the archive is complete"),
    sources=frozenset({FactSource.HOUSEHOLD}),
    query=query,
    way=Way(
        ngettext_lazy("Complete %(n)s more archive", "Complete %(n)s more archives", "n"),
        "customers:list",
        {"archive": "partial"},
    ),
    measure="archive",
)
