"""What a household's page shows of products."""

from typing import Any

from customers.panels import Opened
from products import selectors

SHOWN = 12


def household_products(opened: Opened) -> dict[str, Any]:
    """Return what the household's people hold, and the latest offers to them."""
    actor, household = opened.actor, opened.household
    holdings = selectors.holding_list(actor=actor).filter(customer__household=household)
    offers = selectors.offer_list(actor=actor).filter(customer__household=household)
    holdings = holdings.only("product__name", "product__name_en", "customer__name", "since", "balance")
    offers = offers.only(
        "offered_on",
        "result",
        "evidence",
        "agreed",
        "product__name",
        "product__name_en",
        "customer__name",
        "staff__name",
    )
    held: dict[int, dict[str, Any]] = {}
    for holding in holdings.order_by("product__category", "product__code", "since"):
        entry = held.setdefault(holding.product_id, {"product": holding.product, "holders": []})
        entry["holders"].append(holding)
    return {"held": list(held.values()), "offers": list(offers[:SHOWN])}
