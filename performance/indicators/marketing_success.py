"""How many of the offers made were accepted, a customer and a product once a month."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from performance.enums import Counted, FactSource
from performance.indicators.definition import ONE, Indicator, Query, Way, Window, in_order, plain, unearned

# an offer made at a visit is that visit's one of that product, however often it was taken out and put back
ACT = f"COALESCE({plain('o.origin')} || ':' || CAST(o.product_id AS text), CAST(o.id AS text))"
# what was offered to somebody who hadn't agreed to marketing is no success; older offers were never asked
AGREED = "o.agreed IS NOT FALSE"


def _pinned() -> str:
    """Return the condition that a final month counted the offer's visit, or something else that it carried.

    All of it is that month's, whatever day or product it bears by now. Only a visit that was corrected can have left its
    month.
    """
    of_visit = unearned("visit_coverage", FactSource.VISIT, plain("w.id"))
    of_offer = unearned(
        "marketing_success", FactSource.OFFER, f"{plain('w.id')} || ':' || CAST(q.id AS text)"
    )
    counted = f"NOT {of_visit} OR EXISTS (SELECT 1 FROM products_product q WHERE NOT {of_offer})"  # noqa: S608  our own constants
    return f"EXISTS (SELECT 1 FROM visits_visit w WHERE w.id = o.origin AND w.version > 1 AND ({counted}))"  # noqa: S608


FRESH = f"{unearned('marketing_success', FactSource.OFFER, ACT)} AND NOT {_pinned()}"


def _accepted(window: Window) -> str:
    return f"o.result = 'accepted' AND {window.evident('o.evidence')} AND {AGREED}"


def repeats(window: Window) -> Query:
    """Return the SQL of `rank_repeat`: the offers beside which another one of the same customer and product counts.

    The first that was accepted counts, or else the first that was made. Few are made twice: only those are sorted.
    """
    days = [window.first.isoformat(), window.as_of.isoformat()]
    return (
        f"""
        SELECT id AS offer_id
        FROM (SELECT o.id, ROW_NUMBER() OVER (PARTITION BY o.customer_id, o.product_id
                                              ORDER BY CASE WHEN {_accepted(window)} THEN 0 ELSE 1 END,
                                                       o.offered_on, o.id) AS turn
              FROM (SELECT p.customer_id, p.product_id
                    FROM products_offer p JOIN rank_grid g ON g.grid_id = p.grid_id
                    WHERE p.offered_on BETWEEN %s AND %s
                    GROUP BY p.customer_id, p.product_id HAVING COUNT(*) > 1) twice
              JOIN products_offer o ON o.customer_id = twice.customer_id AND o.product_id = twice.product_id
              WHERE o.offered_on BETWEEN %s AND %s AND {FRESH}) turns
        WHERE turn > 1""",  # noqa: S608  our own constants
        [*days, *days],
    )


def query(window: Window) -> Query:
    """Return the SQL of its facts. One beside which another counts adds nothing; it stands there, and earns nowhere."""
    return (
        f"""
        SELECT {in_order("o.id")} AS place, o.staff_id, o.grid_id, g.branch_id, o.offered_on AS day,
               '{FactSource.OFFER}' AS source, {ACT} AS source_id, 1 AS source_version,
               CAST(o.customer_id AS text) AS subject,
               CASE WHEN {_accepted(window)} AND d.offer_id IS NULL THEN {ONE} ELSE 0 END AS numerator,
               CASE WHEN d.offer_id IS NULL THEN {ONE} ELSE 0 END AS denominator
        FROM products_offer o
        JOIN rank_grid g ON g.grid_id = o.grid_id
        LEFT JOIN rank_repeat d ON d.offer_id = o.id
        WHERE o.offered_on BETWEEN %s AND %s AND {FRESH}""",  # noqa: S608
        [window.first.isoformat(), window.as_of.isoformat()],
    )


INDICATOR = Indicator(
    key="marketing_success",
    name=_("Marketing success"),
    unit="%",
    is_rate=True,
    counted=Counted.EVENT,
    formula=_(
        "Accepted offers ÷ offers made in the month, by who made them. A customer and a product count once a month: "
        "for the first offer that was accepted, or else for the first that was made. Unless the scheme counts claimed "
        "ones, an offer counts as accepted once somebody else has confirmed it; without the customer's consent to "
        "marketing on that day it counts as made, never as accepted."
    ),
    source=_("Offers recorded with visits"),
    sources=frozenset({FactSource.OFFER}),
    query=query,
    way=Way(ngettext_lazy("Close %(n)s more offer", "Close %(n)s more offers", "n"), "visits:today"),
)
