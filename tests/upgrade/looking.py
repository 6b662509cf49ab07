"""How a database is built and whether its months hold: asked of an upgraded one and of a new one alike.

`DATABASE_URL=… python -m tests.upgrade.looking` prints it as JSON.
"""

import json
import os
import re
import sys
from typing import Any

ON_SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
ON_POSTGRESQL = {
    "columns": (
        "SELECT table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable || ' '"
        " || coalesce(identity_generation, '') FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    "constraints": (
        "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0"
    ),
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": (
        "SELECT pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
    ),
    "functions": (
        "SELECT proname || ' ' || prosrc || ' ' || coalesce(array_to_string(proconfig, ' '), '')"
        " FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    ),
}


def plain(text: str) -> str:
    """Leave out brackets and casts: PostgreSQL writes them otherwise once a condition was read from a text."""
    return re.sub(r"::[a-z ]+(\[\])?|[()]", "", text)


def shape(connection: Any) -> dict[str, list[str]]:
    """Return columns, keys, indexes and triggers as sorted texts, whatever order they were made in."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            found = {}
            for kind, question in ON_POSTGRESQL.items():
                cursor.execute(question)
                texts = [" ".join(text.split()) for (text,) in cursor.fetchall()]
                found[kind] = sorted(map(plain, texts) if kind in {"constraints", "indexes"} else texts)
            return found
        cursor.execute(ON_SQLITE)
        made = cursor.fetchall()
        found = {"columns": [], "constraints": [], "indexes": [], "triggers": []}
        for kind, name, table, sql in made:
            if kind in {"index", "trigger"}:
                found["indexes" if kind == "index" else "triggers"].append(f"{name} {' '.join(sql.split())}")
                continue
            cursor.execute(f'PRAGMA table_info("{table}")')
            found["columns"] += [
                f"{table}.{column} {kind} {needed} {default} {key}"
                for _at, column, kind, needed, default, key in cursor.fetchall()
            ]
            cursor.execute(f'PRAGMA foreign_key_list("{table}")')
            found["constraints"] += [
                f"{table}.{row[3]} to {row[2]}.{row[4]} {row[5:7]}" for row in cursor.fetchall()
            ]
            found["constraints"] += [
                f"{table} {rule}" for rule in re.findall(r'CONSTRAINT "(\w+)" (?:CHECK|UNIQUE)', sql)
            ]
        return {kind: sorted(texts) for kind, texts in found.items()}


def strays(connection: Any) -> list[str]:
    """Return the rows whose keys lead nowhere."""
    if connection.vendor == "postgresql":
        # a key stands valid or not in the catalogue, which `shape` tells
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        return [str(row) for row in cursor.fetchall()]


def months() -> list[dict[str, Any]]:
    """Return every computed month of every bank with what its proof found."""
    from gridbank.scoping import waive_scope
    from performance.models import Period
    from performance.services import verify_period

    with waive_scope("an upgrade proves every month of every bank"):
        periods = list(Period.objects.filter(current_run__isnull=False).order_by("grid_id", "month"))
        return [
            {
                "month": str(period.month),
                "status": period.status,
                "differences": list(verify_period(period).differences),
            }
            for period in periods
        ]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
    import django

    django.setup()
    from django.db import connection

    from audit.verification import verify

    report = {
        "shape": shape(connection),
        "strays": strays(connection),
        "months": months(),
        "trail": verify().breaks,
    }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
