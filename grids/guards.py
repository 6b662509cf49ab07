"""The triggers by which it stays said what a grid was called and who signed a handover: both are only added."""

from gridbank.triggers import append_only

TABLE = "grids_gridname"
SIGNATURES = "grids_handoversignature"


def guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that guards the table, by vendor and direction."""
    return append_only(TABLE, unique=("id", "grid_id valid_to"))


def signature_guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that guards the names under handovers."""
    return append_only(SIGNATURES, unique=("id", "handover_id part user_id"))
