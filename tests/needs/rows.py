"""Rows of the needs app for the nets, and which of its routes wants which."""

from tests import factories
from tests.nets.making import by

MAKE = {
    "need": lambda w, whose: factories.NeedFactory(
        household=w.row("household", whose), raised_by=w.owner(whose)
    ),
}
ROWS = {"needs:new": by("household"), "needs:close": by("need"), "need-detail": by("need")}
