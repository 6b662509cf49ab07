"""The triggers that hold the trail."""

from gridbank.triggers import append_only


def guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that makes the trail append-only, by vendor and direction."""
    return append_only("audit_auditevent", unique=("id", "hash"))
