"""Fixtures for every test: the cast, and a flush that knows of append-only tables."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import translation

from audit.guards import chain, read_log
from audit.guards import guards as audit_guards
from customers.guards import complete_guards, identity_guards, residence_guards
from customers.guards import guards as customer_guards
from gridbank import triggers
from grids.guards import guards as grid_guards
from grids.guards import signature_guards
from ground.guards import guards as ground_guards
from ground.guards import version_guards
from performance.guards import guards, ledgers
from tests import people

pytest_plugins = ["tests.gates", "tests.nets.frozen", "tests.nets.bank"]

GUARDED = [
    audit_guards(),
    chain(),
    read_log(),
    guards(),
    *ledgers(),
    ground_guards(),
    *version_guards(),
    *customer_guards(),
    *complete_guards(),
    residence_guards(),
    identity_guards(),
    grid_guards(),
    signature_guards(),
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> Iterator[None]:
    """Give SQLite a file in memory: a live server's threads need connections of their own."""
    if not django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield
        return
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="gridbank-test-", dir=memory if memory.is_dir() else None))
    connection.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _nobody_else_at_the_end(django_db_setup, django_db_blocker) -> Iterator[None]:
    """End what a live server's or a test's thread still holds: PostgreSQL drops no database in use."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _in_chinese() -> None:
    """Start every test in the site's language: a request leaves its own active in the thread."""
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_triggers() -> Iterator[None]:
    """Transactional tests empty every table; only for that are the triggers lifted, and put back."""
    operations = type(connection.ops)
    plain = operations.execute_sql_flush

    def flush(self, sql_list):
        with self.connection.cursor() as cursor:
            for guard in GUARDED:
                for statement in triggers.statements(self.connection, guard, "drop"):
                    cursor.execute(statement)
        plain(self, sql_list)
        with self.connection.cursor() as cursor:
            for guard in GUARDED:
                for statement in triggers.statements(self.connection, guard, "create"):
                    cursor.execute(statement)

    operations.execute_sql_flush = flush
    yield
    operations.execute_sql_flush = plain


@pytest.fixture(autouse=True)
def _fast_and_plain(settings, tmp_path) -> None:
    settings.ANCHOR_FILE = tmp_path / "anchors.jsonl"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def cast(db) -> people.Cast:
    """Return the five people, their bank of two branches and three grids."""
    return people.make_cast()
