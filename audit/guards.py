"""The triggers that hold the trail and the read log."""

from gridbank.triggers import SEARCH_PATH, append_only

READ_LOG = "audit_reading"
# sooner no row of the read log is removed by anybody, whatever the task that forgets would like
KEPT_DAYS = 180


def guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that makes the trail append-only, by vendor and direction."""
    return append_only("audit_auditevent", unique=("id", "hash"))


def read_log() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that lets rows of the read log only be added, and removed when they are old enough."""
    found = append_only(READ_LOG)
    young = f"OLD.at > datetime('now', '-{KEPT_DAYS} days')"
    found["sqlite"]["create"] = [
        statement.replace(" BEGIN ", f" WHEN {young} BEGIN ") if "BEFORE delete" in statement else statement
        for statement in found["sqlite"]["create"]
    ]
    refuse = (
        f"CREATE FUNCTION {READ_LOG}_refuse() RETURNS trigger LANGUAGE plpgsql {SEARCH_PATH} AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND OLD.at <= now() - interval '{KEPT_DAYS} days' THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{READ_LOG} is append-only' USING ERRCODE = 'check_violation'; END $$"
    )
    found["postgresql"]["create"][0] = refuse
    return found
