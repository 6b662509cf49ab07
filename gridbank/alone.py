"""One set-up at a time: who migrates or prepares waits for whoever does so on the same database, on any machine."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection

_KEY = int.from_bytes(hashlib.sha256(b"gridbank set-up").digest()[:8], signed=True)
WAITING = "somebody else sets this database up; waiting until he is through …"
_held: list[str] = []


@contextmanager
def alone(tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the set-up until the end; `tell` hears that somebody else has it. Within it, it may be asked for again."""
    if _held:
        yield
        return
    with _on_the_server(tell) if connection.vendor == "postgresql" else _in_the_folder(tell):
        _held.append("held")
        try:
            yield
        finally:
            _held.clear()


@contextmanager
def _on_the_server(tell: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock of the session: PostgreSQL lets it go when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEY])
        if not cursor.fetchone()[0]:
            tell(WAITING)
            cursor.execute("SELECT pg_advisory_lock(%s)", [_KEY])
    try:
        yield
    finally:
        # broken off in between: then the session is over, and its locks with it
        with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_KEY])


@contextmanager
def _in_the_folder(tell: Callable[[str], None]) -> Iterator[None]:
    """Lock the folder that the file lies in: the kernel lets it go when the process dies."""
    folder = Path(connection.settings_dict["NAME"]).absolute().parent
    # in memory: nobody else's
    if not folder.is_dir():
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            tell(WAITING)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
