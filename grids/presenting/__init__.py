"""How the room's rows are listed and written."""

from grids.presenting.tree import (
    GRIDS,
    assigned,
    backdatings_shown,
    closing,
    ended,
    figures,
    said,
    show_value,
    source,
    tick,
    views,
)

__all__ = [
    "GRIDS",
    "assigned",
    "backdatings_shown",
    "closing",
    "ended",
    "figures",
    "said",
    "show_value",
    "source",
    "tick",
    "views",
]
