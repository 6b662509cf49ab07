"""The triggers by which it stays said what a grid was called: earlier names are only added."""

from gridbank.triggers import append_only

TABLE = "grids_gridname"


def guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that guards the table, by vendor and direction."""
    return append_only(TABLE, unique=("id", "grid_id valid_to"))
