"""People who became customers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from performance.enums import Counted, FactSource
from performance.indicators.definition import ONE, Indicator, Query, Way, Window, in_order, unearned

# Whoever has a document by now that an earlier customer had is the same person in a second archive.
NAMESAKE = """
    EXISTS (SELECT 1 FROM customers_identityspan i JOIN customers_customer p ON p.id = i.customer_id
            WHERE i.id_digest = c.id_digest AND i.customer_id <> c.id
              AND (p.customer_since < %s OR p.customer_before < %s OR NOT {fresh}))"""

# An account that came along with another archive was opened where that one lived; of several the newest word stands.
OPENED_IN = """
    y.customer_id = c.id AND y.undone_at IS NULL AND y.account_of_id IS NOT NULL AND y.made_at > c.customer_since
    AND NOT EXISTS (SELECT 1 FROM customers_personmerge z WHERE z.customer_id = c.id AND z.undone_at IS NULL
                    AND z.account_of_id IS NOT NULL AND z.id > y.id)"""


def query(window: Window) -> Query:
    """Return the SQL of its facts: nobody is in them who was a customer before the month, in this archive or another."""
    first = window.first.isoformat()
    other = NAMESAKE.format(fresh=unearned("new_customers", FactSource.CUSTOMER, "CAST(p.id AS text)"))
    return (
        f"""
        SELECT {in_order("customer_id")} AS place, counted.*
        FROM (SELECT COALESCE(c.opened_by_id, l.staff_id, 0) AS staff_id, g.grid_id, g.branch_id,
                     c.customer_since AS day, '{FactSource.CUSTOMER}' AS source, CAST(c.id AS text) AS source_id,
                     1 AS source_version, CAST(c.id AS text) AS subject,
                     {ONE} AS numerator, 0 AS denominator, c.id AS customer_id
              FROM customers_customer c
              LEFT JOIN customers_personmerge y ON {OPENED_IN}
              JOIN customers_customer o ON o.id = COALESCE(y.account_of_id, c.id)
              LEFT JOIN customers_residence r
                     ON r.customer_id = o.id AND r.valid_to >= c.customer_since
                    AND NOT EXISTS (SELECT 1 FROM customers_residence s WHERE s.customer_id = r.customer_id
                                    AND s.valid_to >= c.customer_since AND s.valid_to < r.valid_to)
              JOIN customers_household h ON h.id = COALESCE(r.household_id, o.household_id)
              LEFT JOIN customers_attribution a
                     ON a.household_id = h.id AND a.valid_to >= c.customer_since
                    AND NOT EXISTS (SELECT 1 FROM customers_attribution b WHERE b.household_id = a.household_id
                                    AND b.valid_to >= c.customer_since AND b.valid_to < a.valid_to)
              JOIN rank_grid g ON g.grid_id = COALESCE(a.grid_id, h.grid_id)
              LEFT JOIN rank_lead l
                     ON l.grid_id = g.grid_id AND c.customer_since BETWEEN l.first_day AND l.last_day
              WHERE c.customer_since BETWEEN %s AND %s AND c.id_digest IS NOT NULL AND c.merged_into_id IS NULL
                AND {window.evident("c.account_evidence")}
                AND (c.customer_before IS NULL OR c.customer_before >= %s) AND NOT {other}
                AND {unearned("new_customers", FactSource.CUSTOMER, "CAST(c.id AS text)")}) counted""",  # noqa: S608
        [first, window.as_of.isoformat(), first, first, first],
    )


INDICATOR = Indicator(
    key="new_customers",
    name=_("New customers"),
    unit=_("people"),
    is_rate=False,
    counted=Counted.EVENT,
    formula=_(
        "People with an identity document who became customers in the month, each counted once for who opened the "
        "account. Whoever was a customer before, in whatever archive, is none. Unless the scheme counts claimed ones, an account "
        "counts once somebody else has confirmed it."
    ),
    source=_("Customer archive: customer since, opened by, document"),
    sources=frozenset({FactSource.CUSTOMER}),
    query=query,
    way=Way(ngettext_lazy("Win %(n)s new customer", "Win %(n)s new customers", "n"), "customers:list"),
)
