"""A database that is away, or that kept somebody waiting: which errors say so, and how often one is worth a traceback."""

import errno
import shutil
import time
from enum import Enum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

# locked, full, restarting, gone
_AWAY = (OperationalError, InterfaceError)
# The driver's classes don't follow what an operator can do; PostgreSQL's codes do: connection, resources, its own end,
# its machine's faults – and a standby, or a role that lacks a right.
_AWAY_CLASSES = ("08", "53", "57", "58")
_READ_ONLY, _NO_RIGHT = "25006", "42501"
QUIET_SECONDS = 60.0
# of a database in a file: less than this is none
ROOM = 2**20
_last_told = [float("-inf")]


class Wait(Enum):
    """Why the database broke off a transaction while it was well itself; nothing of it was kept."""

    # others hold what is to be changed, longer than anybody waits for it
    HELD = "held"
    # two waited for one another, or read what the other changed: one had to give way
    COLLISION = "collision"
    # one statement took too long
    SLOW = "slow"


_SQLSTATES = {"55P03": Wait.HELD, "40P01": Wait.COLLISION, "40001": Wait.COLLISION, "57014": Wait.SLOW}
# SQLite: busy, or locked by our own process
_SQLITE = ("database is locked", "database table is locked")


def _code(error: BaseException) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""


def is_away(error: BaseException | None) -> bool:
    """Say whether an error tells that the database can't be worked with now, whatever was asked of it."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    code = _code(error)
    return isinstance(error, _AWAY) or code in {_READ_ONLY, _NO_RIGHT} or code.startswith(_AWAY_CLASSES)


def takes_nothing(error: BaseException) -> bool:
    """Say whether the database answers, but takes no change: it is read-only, full, or the role may not."""
    code, line = _code(error), str(error)
    return code in {_READ_ONLY, _NO_RIGHT} or line.startswith(_SQLITE_READ_ONLY) or _is_full(code, line)


def _is_full(code: str, line: str) -> bool:
    """Say whether the disk is full; where SQLite can't even open its files it speaks of the disk, and of no room."""
    if code in _FULL[0] or line.startswith(_FULL[1]):
        return True
    return line.startswith(_SQLITE_DISK) and not has_room()


def has_room() -> bool:
    """Say whether there is room beyond the pages that a database in a file already has."""
    folder = Path(settings.DATABASES["default"]["NAME"]).absolute().parent
    return not folder.is_dir() or shutil.disk_usage(folder).free > ROOM


def wait_of(error: BaseException | None) -> Wait | None:
    """Say which wait an error tells of; None when it is another error."""
    if not isinstance(error, _AWAY):
        return None
    if str(error).startswith(_SQLITE):
        return Wait.HELD
    return _SQLSTATES.get(_code(error))


def outage(error: BaseException) -> str:
    """Say for the log what kept the database from answering."""
    wait = wait_of(error)
    if wait is not None:
        return f"the database broke off a transaction: {wait.value}"
    code = _code(error)
    return f"database unavailable: {type(error).__name__}{f' {code}' if code else ''}"


# by PostgreSQL's codes and SQLite's words
_OLD_TABLES = ({"42P01", "42703"}, ("no such table", "no such column"))
_FULL = ({"53100"}, ("database or disk is full",))
_SQLITE_DISK = ("disk I/O error", "unable to open database file")
_SQLITE_READ_ONLY = ("attempt to write a readonly database",)


# no room, no quota left, mounted to be read only
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def disk_sentence(error: OSError) -> str | None:
    """Say in a line that the disk takes nothing; None when something else is wrong."""
    named = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror}{named}. Make room and try again." if error.errno in _NO_ROOM else None


def sentence_for_operator(error: Exception) -> str | None:
    """Say in one line what is wrong with the database; None when it is well and the program is not."""
    line = str(error).strip().partition("\n")[0]

    def is_one(codes: set[str], words: tuple[str, ...]) -> bool:
        return _code(error) in codes or line.startswith(words)

    if is_one(*_OLD_TABLES):
        return "The database's tables are not those of this version. Run manage.py migrate."
    if _is_full(_code(error), line):
        return "The database's disk is full. What was begun is undone; make room and try again."
    if is_one({_READ_ONLY}, _SQLITE_READ_ONLY):
        return "The database takes no changes: it is read-only, as a standby is. Nothing was changed."
    if is_one({_NO_RIGHT}, ()):
        return f"The database's role lacks a right ({line}). docs/operate.md, Production, grants them."
    if wait_of(error):
        return "Somebody else holds the database. What was begun is undone; try again."
    return f"The database does not answer: {line}" if is_away(error) else None


def told_lately(error: BaseException | None) -> bool:
    """Say whether an outage had its traceback within the last minute; if not, this one counts as told.

    Every retry of every laptop fails alike: the first traceback tells, the next thousand fill the disk.
    """
    if not is_away(error):
        return False
    now = time.monotonic()
    if now - _last_told[0] < QUIET_SECONDS:
        return True
    _last_told[0] = now
    return False
