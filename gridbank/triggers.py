"""Database triggers that hold an invariant against every path, SQL included, on both databases."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations
from django.db.migrations.exceptions import IrreversibleError

# Filled in when a function is made: the schema it was made in, and temporary tables last, or they would come first.
SEARCH_PATH = "SET search_path = pg_catalog, @schema@, pg_temp"

_ON = re.compile(r"CREATE TRIGGER \w+ .*? ON (\w+)")
NAME = re.compile(r"CREATE (TRIGGER|FUNCTION) (\w+)")


Sql = dict[str, dict[str, list[str]]]
_watched: list[Sql] = []


def watch(*sets: Sql) -> None:
    """Take triggers that must stand as they were made; called by the apps that make them, when they are ready."""
    _watched.extend(one for one in sets if one not in _watched)


def all_watched() -> list[Sql]:
    """Return the SQL of every trigger that an app made."""
    return list(_watched)


def all_broken(connection: Any) -> list[str]:
    """Return what is broken of every trigger that an app made."""
    return [name for sql in all_watched() for name in broken(connection, sql)]


def append_only(table: str, *, unique: Sequence[str] = ("id",)) -> dict[str, dict[str, list[str]]]:
    """Return the SQL that makes a table refuse UPDATE, DELETE and TRUNCATE, by vendor and direction.

    `unique` names the keys by which SQLite's REPLACE would find a row to remove, past every delete trigger: all that
    the table has, one of several columns as "household_id valid_to".
    """
    taken = " OR ".join(
        " AND ".join(f"t.{column} = NEW.{column}" for column in key.split()) for key in unique
    )
    sqlite_create = [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("update", "delete")
    ]
    sqlite_create.append(
        f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} "  # noqa: S608  our own names
        f"WHEN EXISTS (SELECT 1 FROM {table} t WHERE {taken}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
    return {
        "sqlite": {
            "create": sqlite_create,
            "drop": [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete", "insert")],
        },
        "postgresql": {
            "create": [
                (
                    f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql {SEARCH_PATH} AS "
                    f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'check_violation'; END $$"
                ),
                (
                    f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
                    f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
                ),
                (
                    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
                ),
            ],
            "drop": [
                f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
                f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
                f"DROP FUNCTION IF EXISTS {table}_refuse()",
            ],
        },
    }


class Guarding(migrations.RunPython):
    """Makes triggers; they are taken away again only where there is nothing that they hold."""

    sql: Sql

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Refuse to leave rows unguarded. Raises IrreversibleError."""
        for table in sorted(set(_ON.findall(" ".join(self.sql[schema_editor.connection.vendor]["create"])))):
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608  our own names
                if cursor.fetchone():
                    message = f"{table} holds rows that its triggers guard: they are not taken away. Restore a backup."
                    raise IrreversibleError(message)
        super().database_backwards(app_label, schema_editor, from_state, to_state)


def operation(sql: dict[str, dict[str, list[str]]]) -> Guarding:
    """Wrap the SQL as a migration step that picks the vendor when it runs; undone only on empty tables."""

    def runner(direction: str) -> Callable[[Any, Any], None]:
        def run(_apps: Any, schema_editor: Any) -> None:
            with schema_editor.connection.cursor() as cursor:
                for statement in statements(schema_editor.connection, sql, direction):
                    cursor.execute(statement)

        return run

    step = Guarding(runner("create"), runner("drop"))
    step.sql = sql
    return step


def renewal(sql: Sql) -> migrations.RunPython:
    """Return a step that makes triggers anew whose text is another one by now; they stood already, or never did."""

    def run(_apps: Any, schema_editor: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            for direction in ("drop", "create"):
                for statement in statements(schema_editor.connection, sql, direction):
                    cursor.execute(statement)

    return migrations.RunPython(run, run)


def statements(connection: Any, sql: dict[str, dict[str, list[str]]], direction: str) -> list[str]:
    """Return the SQL for a database, in the schema that its connection works in."""
    found = sql[connection.vendor][direction]
    if connection.vendor != "postgresql":
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    return [statement.replace("@schema@", schema) for statement in found]


def broken(connection: Any, sql: dict[str, dict[str, list[str]]]) -> list[str]:
    """Return the names of the triggers and functions that are not there, switched off, or not as they were made."""
    there = _standing(connection)
    return sorted(
        name
        for statement in statements(connection, sql, "create")
        for name in [_name(statement)]
        if there.get(name) != _essence(connection.vendor, statement)
    )


def _name(statement: str) -> str:
    found = NAME.match(statement)
    if found is None:
        message = "neither a trigger nor a function"
        raise ValueError(message)
    return f"{found[1].lower()} {found[2]}"


def _essence(vendor: str, statement: str) -> str:
    """Return what must stand in the catalogue: the text, of a trigger on PostgreSQL the function and that it fires."""
    if vendor != "postgresql":
        return statement
    if statement.startswith("CREATE FUNCTION"):
        head, body, _ = statement.split("$$")
        return f"as owner {body}" if "SECURITY DEFINER" in head else body
    return f"{statement.split(' ON ', 1)[1].split(maxsplit=1)[0]} {statement.rsplit(' ', 1)[1].removesuffix('()')} fires"


def _standing(connection: Any) -> dict[str, str]:
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT 'trigger ' || name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
        cursor.execute(
            "SELECT 'function ' || p.proname, CASE WHEN array_to_string(p.proconfig, ' ') LIKE "
            "'search_path=pg_catalog, %, pg_temp' THEN CASE WHEN p.prosecdef THEN 'as owner ' ELSE '' END || p.prosrc "
            "ELSE '' END FROM pg_catalog.pg_proc p "
            "JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema() "
            "UNION ALL SELECT 'trigger ' || t.tgname, c.relname || ' ' || p.proname || "
            "CASE WHEN t.tgenabled IN ('O', 'A') THEN ' fires' ELSE ' sleeps' END FROM pg_catalog.pg_trigger t "
            "JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid "
            "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
        )
        return dict(cursor.fetchall())
