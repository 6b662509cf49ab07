"""One way to call each service of the products app: see `tests/nets/calling.py`."""

from typing import Any
from uuid import uuid4

from tests import factories
from tests.nets.calling import MONTH, Call, call, row
from tests.nets.site import World
from tests.people import SINCE


def offer_row(w: World) -> Any:
    person = w.row("customer", "mine")
    values = {"customer_id": person.pk, "product_id": w.row("product", "mine").pk, "result": "offered"}
    return row(
        "products.services",
        "OfferRow",
        offered_on=MONTH,
        staff_id=w.cast.li.pk,
        grid_id=w.cast.grid_li.pk,
        **values,
    )


CALLS: dict[str, Call] = {
    "products.services.products_put": call(
        None, lambda _w: {"rows": [row("products.services", "ProductRow", code="N1", name="新", category="loan")]}
    ),
    "products.services.product_withdraw": call(None, lambda _w: {"product": factories.ProductFactory()}),
    "products.services.offers_bulk_create": call("li", lambda w: {"rows": [offer_row(w)]}),
    "products.services.offers_replace": call("li", lambda w: {"origin": uuid4(), "rows": [offer_row(w)]}),
    "products.services.holdings_bulk_create": call(
        "li",
        lambda w: {
            "rows": [
                row(
                    "products.services", "HoldingRow", customer_id=w.row("customer", "mine").pk,
                    product_id=w.row("product", "mine").pk, since=SINCE,
                )
            ]
        },
    ),
}  # fmt: skip

OTHERS: dict[str, str] = {
    "products.services.offers_agree": "part of giving a consent",
    "products.services.offers_follow": "part of moving a household",
    "products.services.offers_follow_visits": "part of moving a household",
    "products.services.register_merging": "says what follows a merge, when the app is ready",
    "products.services.register_kinds": "says what is claimed, when the app is ready",
}
