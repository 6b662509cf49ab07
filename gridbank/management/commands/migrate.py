"""Django's own migrate, one at a time: of two that begin together the second finds everything done."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# any number that nobody else of the database uses
TURN = 5_227_270_001


@contextmanager
def alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait for whoever changes this database's tables, and keep others waiting; a process that dies lets go."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [TURN])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])
        return
    with (settings.VAR_DIR / "migrate.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


class Command(Migrate):
    """Bring the tables to this version."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait for the turn; a question about what is to be done waits for nobody."""
        if options["check_unapplied"] or options["plan"]:
            super().handle(*args, **options)
            return
        with alone(connections[options["database"]]):
            super().handle(*args, **options)
