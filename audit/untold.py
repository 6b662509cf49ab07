"""What is written outside every act: a table that counts was written to, and no event of that transaction tells of it.

The database itself notes the first row that a transaction writes of each table that is watched, and the event that the
act records takes the notes of its own transaction away. What stays after a commit was written past the services.
"""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any

from gridbank.triggers import SEARCH_PATH, append_only

Sql = dict[str, dict[str, list[str]]]

TABLE, EVENT = "audit_untold", "audit_auditevent"
# A transaction's own name: its number begins anew in a restored database, the hour doesn't.
_ACT = "pg_current_xact_id()::text || ' ' || extract(epoch FROM now())::text"
_BY_OWNER = "current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)"
# The same on SQLite, where a connection of ours says it and a stranger's knows no such function.
FUNCTION = "gridbank_act"
RUNNING = {"sqlite": f"{FUNCTION}()", "postgresql": _ACT}
# once for a transaction and a table: what else it wrote there is looked for by hand
_NOTE = f"INSERT INTO {TABLE} (at, act, relation, row) "
_NOTED = f"EXISTS (SELECT 1 FROM {TABLE} WHERE act = {{act}} AND relation = {{relation}})"  # noqa: S608  our own names


def notes() -> Sql:
    """Return the SQL that keeps the notes, and lets an event take away those of its own transaction."""
    found = append_only(TABLE)
    sqlite, postgresql = found["sqlite"], found["postgresql"]
    sqlite["create"] = [
        statement.replace(" BEGIN ", f" WHEN OLD.act <> {FUNCTION}() BEGIN ")
        if "BEFORE delete" in statement
        else statement
        for statement in sqlite["create"]
    ]
    taken = f"DELETE FROM {TABLE} WHERE act = {FUNCTION}();"  # noqa: S608  our own names
    sqlite["create"].append(f"CREATE TRIGGER {TABLE}_told AFTER INSERT ON {EVENT} BEGIN {taken} END")
    sqlite["drop"].append(f"DROP TRIGGER IF EXISTS {TABLE}_told")
    refused = f"RAISE EXCEPTION '{TABLE} is append-only' USING ERRCODE = 'check_violation'"
    postgresql["create"][0] = _function(
        f"{TABLE}_refuse",
        # Only the functions below act as the tables' owner. How deep a trigger lies proves nothing: whoever may make
        # a temporary table has triggers of his own.
        f"IF pg_trigger_depth() > 1 AND {_BY_OWNER} THEN "
        f"IF TG_OP = 'INSERT' THEN RETURN NEW; END IF; "
        f"IF TG_OP = 'DELETE' AND OLD.act = {_ACT} THEN RETURN OLD; END IF; "
        f"END IF; {refused};",
        power="",
    )
    postgresql["create"] += [
        f"CREATE TRIGGER {TABLE}_no_insert BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
        _function(
            f"{TABLE}_told",
            # it may be hung on any table of anybody's; and a statement that inserts nothing fires no trigger of a row
            f"IF TG_RELID = '{EVENT}'::regclass THEN DELETE FROM {TABLE} WHERE act = {_ACT}; END IF; RETURN NULL;",  # noqa: S608  the same
        ),
        f"CREATE TRIGGER {TABLE}_told AFTER INSERT ON {EVENT} FOR EACH ROW EXECUTE FUNCTION {TABLE}_told()",
        _function(f"{TABLE}_row", f"{_note('OLD.id::text')} RETURN NULL;"),
        _function(f"{TABLE}_rows", f"{_note('min(id::text) FROM written HAVING count(*) > 0')} RETURN NULL;"),
    ]
    postgresql["drop"].insert(0, f"DROP TRIGGER IF EXISTS {TABLE}_no_insert ON {TABLE}")
    postgresql["drop"] += [
        f"DROP TRIGGER IF EXISTS {TABLE}_told ON {EVENT}",
        *(f"DROP FUNCTION IF EXISTS {TABLE}_{name}()" for name in ("told", "row", "rows")),
    ]
    return found


def watched(tables: Mapping[str, str]) -> list[Sql]:
    """Return the SQL that notes what is written to each of the tables, in the columns named."""
    return [_watching(table, columns.split()) for table, columns in tables.items()]


def _watching(table: str, columns: Sequence[str]) -> Sql:
    """Return the SQL that notes when rows of a table come, go, or change in one of the columns that count, or their key."""
    columns = ("id", *columns)
    noted = "NOT " + _NOTED.format(act=f"{FUNCTION}()", relation=f"'{table}'")
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    sqlite = {
        "come": ("AFTER INSERT", "NEW", noted),
        "go": ("AFTER DELETE", "OLD", noted),
        "change": (f"AFTER UPDATE OF {', '.join(columns)}", "OLD", f"({changed}) AND {noted}"),
    }
    distinct = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    at_once = f"EXECUTE FUNCTION {TABLE}_rows()"
    postgresql = {
        "come": f"AFTER INSERT ON {table} REFERENCING NEW TABLE AS written FOR EACH STATEMENT {at_once}",
        "go": f"AFTER DELETE ON {table} REFERENCING OLD TABLE AS written FOR EACH STATEMENT {at_once}",
        "change": (
            f"AFTER UPDATE OF {', '.join(columns)} ON {table} FOR EACH ROW WHEN ({distinct}) "
            f"EXECUTE FUNCTION {TABLE}_row()"
        ),
    }
    return {
        "sqlite": {
            "create": [
                f"CREATE TRIGGER {table}_{name} {when} ON {table} WHEN {condition} BEGIN "
                f"{_NOTE}VALUES (strftime('%Y-%m-%d %H:%M:%f', 'now'), {FUNCTION}(), '{table}', {row}.id); END"
                for name, (when, row, condition) in sqlite.items()
            ],
            "drop": [f"DROP TRIGGER IF EXISTS {table}_{name}" for name in sqlite],
        },
        "postgresql": {
            "create": [f"CREATE TRIGGER {table}_{name} {when}" for name, when in postgresql.items()],
            "drop": [f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}" for name in postgresql],
        },
    }


def name_acts(connection: Any, **_: Any) -> None:
    """Let SQLite ask which act a statement belongs to: a name for each transaction, and for a statement outside."""
    if connection.vendor != "sqlite":
        return
    held: list[str] = []
    forget = held.clear

    def act() -> str:
        if not connection.in_atomic_block:
            return token_hex(12)
        # Django forgets what waits for a commit when it rolls back; what was noted is gone with it
        if not any(then is forget for _, then, _ in connection.run_on_commit):
            held.clear()
            connection.run_on_commit.append((set(), forget, False))
        if not held:
            held.append(token_hex(12))
        return held[0]

    connection.connection.create_function(FUNCTION, 0, act)


def _note(row: str) -> str:
    noted = _NOTED.format(act=_ACT, relation="TG_TABLE_NAME")
    note = f"{_NOTE}SELECT clock_timestamp(), {_ACT}, TG_TABLE_NAME, {row};"
    # hung on a table of somebody's own it notes nothing
    return f"IF TG_RELID = quote_ident(TG_TABLE_NAME)::regclass AND NOT {noted} THEN {note} END IF;"


def _function(name: str, body: str, *, power: str = "SECURITY DEFINER ") -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {power}{SEARCH_PATH} AS $$ BEGIN {body} END $$"
