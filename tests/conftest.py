"""Fixtures for every test: the cast, and what makes a test fast and its end clean."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from audit import verification
from audit.outside import Outside
from tests import people

# how fast the machine is says nothing about what is tried
examples.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("house")
pytest_plugins = ["tests.gates", "tests.emptying", "tests.nets.frozen", "tests.nets.bank"]


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


@pytest.fixture(scope="session")
def anchor_files(tmp_path_factory) -> Iterator[Path]:
    """Name one file after another in one folder: a folder for each test costs more than most tests."""
    folder = tmp_path_factory.mktemp("anchors")
    return (folder / f"{number}.jsonl" for number in itertools.count())


@pytest.fixture(autouse=True)
def _fast_and_plain(settings, anchor_files) -> None:
    settings.ANCHOR_FILE = next(anchor_files)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def cast(db) -> people.Cast:
    """Return the five people, their bank of two branches and three grids."""
    return people.make_cast()


@pytest.fixture
def witnesses_alone(monkeypatch) -> None:
    """Ask the rooms' witnesses only: a test's own rows are written outside every act, which is said before all else."""
    said = [witness for witness in verification._witnesses if witness is not Outside]
    monkeypatch.setattr(verification, "_witnesses", said)
