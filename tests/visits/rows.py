"""Rows of the visits app for the nets, and which of its routes wants which."""

from tests import factories
from tests.nets.making import by

MAKE = {
    "visit": lambda w, whose: factories.VisitFactory(customer=w.row("customer", whose), staff=w.owner(whose)),
}
ROWS = {"visits": by("visit"), "visits:timeline": by("household"), "visit-detail": by("visit")}
