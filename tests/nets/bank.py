"""One bank for all nets of a process: built once, and after each test rolled back to how it was built.

It stands as long as one test after another wants it, and goes before the first that doesn't. Whoever casts a net over
a module's every test asks for `shared`.

On PostgreSQL the bank's own transaction is open between the tests. On SQLite the bank is committed, and the file is
put back as it was afterwards: a transaction in which a temporary table was made reads the whole schema again after
every savepoint that is rolled back.
"""

import copy
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection, transaction

from tests.nets.site import MAKE, ROW_ROUTES, World, make_world

Build = Callable[[], World]
SQLITE = connection.vendor == "sqlite"
BLOCKER = pytest.StashKey[Any]()


def built() -> World:
    """Build the bank with a row of everything, Li's and the stranger's."""
    world = make_world()
    for whose in ("mine", "theirs"):
        for kind in MAKE:
            world.row(kind, whose)
        for route in ROW_ROUTES:
            world.kwargs(route, whose)
    return world


def image() -> sqlite3.Connection:
    """Copy the database's file into memory."""
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    connection.ensure_connection()
    connection.connection.backup(kept)
    return kept


def lived_in(world: World) -> World:
    """Let everybody be signed in."""
    world.open_sessions()
    return world


class Ground:
    """The bank that stands in this process, and how it was built."""

    def __init__(self) -> None:
        self.build: Build | None = None
        self.world: World | None = None
        self.is_held = False
        self.stack = ExitStack()
        self.kept: dict[Build, tuple[World, sqlite3.Connection]] = {}

    def built(self, build: Build) -> World:
        """Return the bank of a builder; another that stands goes first."""
        if self.build is not build or self.world is None:
            self.clear()
            try:
                self.build, self.world = build, self._committed(build) if SQLITE else self._open(build)
            except BaseException:
                self.clear()
                raise
        return self.world

    def _open(self, build: Build) -> World:
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, rollback=True)
        return lived_in(build())

    def _committed(self, build: Build) -> World:
        before = image()
        self.stack.callback(before.close)
        self.stack.callback(lambda: before.backup(connection.connection))
        if build in self.kept:
            world, after = self.kept[build]
            after.backup(connection.connection)
            return world
        with transaction.atomic():
            world = lived_in(build())
            connection.run_on_commit.clear()
        self.kept[build] = world, image()
        return world

    def clear(self) -> None:
        """Put everything back."""
        self.build = self.world = None
        self.stack.close()


GROUND = Ground()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Clear the ground before a test of a module that wants none: a transactional one would wait for it."""
    if (
        GROUND.world is not None
        and not GROUND.is_held
        and "net_bank" not in getattr(item, "fixturenames", ())
    ):
        with item.session.config.stash[BLOCKER].unblock():
            GROUND.clear()


@pytest.fixture(scope="session")
def ground(django_db_setup, django_db_blocker, request) -> Iterator[Ground]:
    """Hand out the ground, and leave none behind."""
    request.config.stash[BLOCKER] = django_db_blocker
    yield GROUND
    with django_db_blocker.unblock():
        GROUND.clear()


@pytest.fixture(scope="module")
def net_bank(ground: Ground, django_db_blocker, request) -> Iterator[World]:
    """Build it where it doesn't stand; a module that wants another bank says how in BUILT."""
    with django_db_blocker.unblock():
        world = ground.built(getattr(request.module, "BUILT", built))
    ground.is_held = True
    yield world
    ground.is_held = False


@pytest.fixture
def shared(net_bank: World, db) -> World:
    """Give a copy of the bank's objects, a service may change what it is given; `db` rolls back to the bank."""
    return copy.deepcopy(net_bank)
