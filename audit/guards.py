"""The triggers that hold the trail and the read log.

What stands in the trail stays, what comes follows it, and the head moves only with it.
"""

from gridbank.triggers import SEARCH_PATH, append_only

EVENT, HEAD, READ_LOG = "audit_auditevent", "audit_audithead", "audit_reading"
# sooner no row of the read log is removed by anybody, whatever the task that forgets would like
KEPT_DAYS = 180
GENESIS = "0" * 64

# An event that comes stands last: it follows the head, and lies at no time before it.
_ASTRAY = (
    f"NOT EXISTS (SELECT 1 FROM {HEAD} h WHERE h.hash = NEW.previous_hash AND (h.at IS NULL OR h.at <= NEW.at)) "  # noqa: S608
    f"OR EXISTS (SELECT 1 FROM {EVENT} e WHERE e.id > NEW.id)"
)
# The head moves by one, to the event that stands last and that followed it.
_UNLED = (
    "NEW.id <> OLD.id OR NEW.count <> OLD.count + 1 OR NOT EXISTS "  # noqa: S608
    f"(SELECT 1 FROM {EVENT} e WHERE e.hash = NEW.hash AND e.previous_hash = OLD.hash AND e.at = NEW.at "
    f"AND e.id = (SELECT max(id) FROM {EVENT}))"
)
# The head comes once, before everything. Whatever is there, SQLite's REPLACE would find.
_SECOND = f"NEW.count <> 0 OR NEW.hash <> '{GENESIS}' OR EXISTS (SELECT 1 FROM {HEAD}) OR EXISTS (SELECT 1 FROM {EVENT})"  # noqa: S608
# On SQLite a new row has no number before it is in.
_CHAIN = {
    f"{EVENT}_follows": ("BEFORE", "AFTER", "INSERT", EVENT, _ASTRAY),
    f"{HEAD}_comes": ("BEFORE", "BEFORE", "INSERT", HEAD, _SECOND),
    f"{HEAD}_moves": ("BEFORE", "BEFORE", "UPDATE", HEAD, _UNLED),
    f"{HEAD}_stays": ("BEFORE", "BEFORE", "DELETE", HEAD, "1 = 1"),
}


def guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that makes the trail append-only, by vendor and direction."""
    return append_only(EVENT, unique=("id", "hash"))


def chain() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that ties the trail's head to its last event, by vendor and direction."""
    sqlite, postgresql, sqlite_drop, postgresql_drop = [], [], [], []
    for name, (when, when_on_sqlite, verb, table, condition) in _CHAIN.items():
        message = f"{table} is chained"
        sqlite.append(
            f"CREATE TRIGGER {name} {when_on_sqlite} {verb} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        postgresql += _on_postgresql(name, f"{when} {verb} ON {table} FOR EACH ROW", condition, message)
        sqlite_drop.append(f"DROP TRIGGER IF EXISTS {name}")
        postgresql_drop += _drop(name, table)
    whole = f"{HEAD}_truncate"
    postgresql += _on_postgresql(
        whole, f"BEFORE TRUNCATE ON {HEAD} FOR EACH STATEMENT", "1 = 1", f"{HEAD} is chained"
    )
    postgresql_drop += _drop(whole, HEAD)
    return {
        "sqlite": {"create": sqlite, "drop": sqlite_drop},
        "postgresql": {"create": postgresql, "drop": postgresql_drop},
    }


def _on_postgresql(name: str, when: str, condition: str, message: str) -> list[str]:
    result = "OLD" if " DELETE " in when else "NEW"
    body = (
        f"BEGIN IF ({condition}) THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; "
    )
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {SEARCH_PATH} AS $$ {body}RETURN {result}; END $$",
        f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()",
    ]


def _drop(name: str, table: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"]


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
