"""Emptying the database after a transactional test: past the triggers, and only where something stands.

Django truncates every table and makes content types and permissions anew, which takes longer than most tests do.
On PostgreSQL that is done once in a process; afterwards rows are deleted, and what the flush left stays as it is,
as long as it is still the same.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from gridbank import triggers

TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'django_migrations'"
)
MAY_SILENCE = "SELECT current_setting('is_superuser') = 'on'"


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_triggers() -> Iterator[None]:
    """Transactional tests empty every table; only for that are the triggers lifted, and put back."""
    operations = type(connection.ops)
    plain = operations.execute_sql_flush

    def flush(self, sql_list):
        with self.connection.cursor() as cursor:
            for guard in reversed(triggers.all_watched()):
                for statement in triggers.statements(self.connection, guard, "drop"):
                    cursor.execute(statement)
        plain(self, sql_list)
        with self.connection.cursor() as cursor:
            for guard in triggers.all_watched():
                for statement in triggers.statements(self.connection, guard, "create"):
                    cursor.execute(statement)

    operations.execute_sql_flush = flush
    yield
    operations.execute_sql_flush = plain


class Floor:
    """What a flush leaves: the few rows that migrating makes by itself."""

    def __init__(self, flush: Callable[[Any], None]) -> None:
        self.flush = flush
        self.left: dict[str, str] = {}

    def empty(self, case: Any) -> None:
        """Delete what the test left; flush where that isn't enough."""
        if not self.left or not self._deleted():
            self.flush(case)
            self.left = self._standing(self._tables()) if self._may_silence() else {}

    def _deleted(self) -> bool:
        """Delete every row but the floor's; say whether that is still what it was."""
        rest = [table for table in self._tables() if table not in self.left]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in rest))
        return self._standing(list(self.left)) == self.left

    @staticmethod
    def _tables() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            return [name for (name,) in cursor.fetchall()]

    @staticmethod
    def _standing(tables: list[str]) -> dict[str, str]:
        """Return a digest of each table that holds rows."""
        each = [
            f"SELECT '{name}', md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM \"{name}\" t"
            for name in tables
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(each))
            return {name: digest for name, digest in cursor.fetchall() if digest}

    @staticmethod
    def _may_silence() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(MAY_SILENCE)
            return cursor.fetchone()[0]


@pytest.fixture(autouse=True, scope="session")
def _only_what_stands() -> Iterator[None]:
    """Empty by deleting on PostgreSQL; SQLite deletes anyway."""
    plain = TransactionTestCase._fixture_teardown
    if connection.vendor == "postgresql":
        floor = Floor(plain)
        TransactionTestCase._fixture_teardown = lambda case: floor.empty(case)  # noqa: PLW0108  a bound method gets no case
    yield
    TransactionTestCase._fixture_teardown = plain
