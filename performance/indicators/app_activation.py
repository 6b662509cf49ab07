"""How many of the adults have the app and a verified identity."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from performance.enums import Counted, FactSource
from performance.indicators.definition import Indicator, Query, Way, Window
from performance.indicators.households import household_state


def query(window: Window) -> Query:
    """Return the SQL of its facts."""
    join = "JOIN rank_adults a ON a.household_id = r.household_id"
    return household_state(window, "r.micros * a.verified", "r.micros * a.adults", join), []


INDICATOR = Indicator(
    key="app_activation",
    name=_("App activation"),
    unit="%",
    is_rate=True,
    counted=Counted.STATE,
    formula=_(
        "Adults with the app downloaded and their identity verified ÷ adults in the grids led, "
        "at the end of the month, divided by days led. Unless the scheme counts claimed ones, a verified identity counts "
        "once somebody else has confirmed it."
    ),
    source=_("Customer archive: app verified on, date of birth"),
    sources=frozenset({FactSource.HOUSEHOLD}),
    query=query,
    way=Way(
        ngettext_lazy(
            "Activate the app for %(n)s more person", "Activate the app for %(n)s more people", "n"
        ),
        "customers:list",
        {"app": "none"},
    ),
    measure="activation",
)
