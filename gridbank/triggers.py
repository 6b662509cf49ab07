"""Database triggers that hold an invariant against every path, SQL included, on both databases."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations


def append_only(table: str, *, unique: Sequence[str] = ("id",)) -> dict[str, dict[str, list[str]]]:
    """Return the SQL that makes a table refuse UPDATE, DELETE and TRUNCATE, by vendor and direction.

    `unique` names the columns by which SQLite's REPLACE would find a row to remove, past every delete trigger.
    """
    taken = " OR ".join(f"t.{column} = NEW.{column}" for column in unique)
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
                    f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
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


def operation(sql: dict[str, dict[str, list[str]]]) -> migrations.RunPython:
    """Wrap the SQL as a reversible migration step that picks the vendor when it runs."""

    def runner(direction: str) -> Callable[[Any, Any], None]:
        def run(_apps: Any, schema_editor: Any) -> None:
            with schema_editor.connection.cursor() as cursor:
                for statement in sql[schema_editor.connection.vendor][direction]:
                    cursor.execute(statement)

        return run

    return migrations.RunPython(runner("create"), runner("drop"))
