"""How the room's rows are listed and written."""

from grids.presenting.tree import GRIDS, backdatings_shown, figures, said, show_value, source, tick, views

__all__ = ["GRIDS", "backdatings_shown", "figures", "said", "show_value", "source", "tick", "views"]
