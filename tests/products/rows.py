"""Rows of the products app for the nets, and which of its routes wants which."""

from tests import factories
from tests.nets.making import by

MAKE = {
    "product": lambda _w, _whose: factories.ProductFactory(),
    "offer": lambda w, whose: factories.OfferFactory(customer=w.row("customer", whose), staff=w.owner(whose)),
}
ROWS = {
    # the catalogue is the installation's: no row of it is out of anybody's sight
    "product-detail": lambda w, whose: None if whose == "theirs" else by("product")(w, whose),
    "offer-detail": by("offer"),
}
