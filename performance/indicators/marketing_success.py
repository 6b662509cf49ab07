"""How many of the offers made were accepted."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from performance.enums import Counted, FactSource
from performance.indicators.definition import ONE, Indicator, Query, Way, Window, in_order, plain, unearned


def query(window: Window) -> Query:
    """Return the SQL of its facts."""
    # an offer made at a visit is that visit's one of that product, however often it was taken out and put back
    act = f"COALESCE({plain('o.origin')} || ':' || CAST(o.product_id AS text), CAST(o.id AS text))"
    return (
        f"""
        SELECT {in_order("o.id")} AS place, o.staff_id, o.grid_id, g.branch_id, o.offered_on AS day,
               '{FactSource.OFFER}' AS source, {act} AS source_id, 1 AS source_version,
               CAST(o.customer_id AS text) AS subject,
               CASE WHEN o.result = 'accepted' THEN {ONE} ELSE 0 END AS numerator, {ONE} AS denominator
        FROM products_offer o
        JOIN rank_grid g ON g.grid_id = o.grid_id
        WHERE o.offered_on BETWEEN %s AND %s
          AND {unearned("marketing_success", FactSource.OFFER, act)}""",  # noqa: S608
        [window.first.isoformat(), window.as_of.isoformat()],
    )


INDICATOR = Indicator(
    key="marketing_success",
    name=_("Marketing success"),
    unit="%",
    is_rate=True,
    counted=Counted.EVENT,
    formula=_("Accepted offers ÷ offers made in the month, by who made them."),
    source=_("Offers recorded with visits"),
    sources=frozenset({FactSource.OFFER}),
    query=query,
    way=Way(ngettext_lazy("Close %(n)s more offer", "Close %(n)s more offers", "n"), "visits:today"),
)
