"""A database that is away, or that kept somebody waiting: which errors say so, and how often one is worth a traceback."""

import time
from enum import Enum

from django.db import DatabaseError, InterfaceError, OperationalError

# locked, full, restarting, gone
DATABASE_AWAY = (OperationalError, InterfaceError)
QUIET_SECONDS = 60.0
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


# a standby that was failed over to, or a database that was closed for writing
_READ_ONLY = ({"25006"}, ("attempt to write a readonly database",))
_NO_GRANT = ({"42501"}, ())


def is_away(error: BaseException | None) -> bool:
    """Say whether an error tells of a database that can't serve now, whatever its driver calls that."""
    return isinstance(error, DATABASE_AWAY) or (
        isinstance(error, DatabaseError) and _is_one(error, _READ_ONLY)
    )


def _is_one(error: BaseException, told: tuple[set[str], tuple[str, ...]]) -> bool:
    codes, words = told
    line = str(error).strip()
    return getattr(error.__cause__, "pgcode", None) in codes or bool(words and line.startswith(words))


def wait_of(error: BaseException | None) -> Wait | None:
    """Say which wait an error tells of; None when it is another error."""
    if not isinstance(error, DATABASE_AWAY):
        return None
    if str(error).startswith(_SQLITE):
        return Wait.HELD
    return _SQLSTATES.get(getattr(error.__cause__, "pgcode", None) or "")


# by PostgreSQL's codes and SQLite's words
_OLD_TABLES = ({"42P01", "42703"}, ("no such table", "no such column"))
_FULL = ({"53100"}, ("database or disk is full",))


def sentence_for_operator(error: Exception) -> str | None:
    """Say in one line what is wrong with the database; None when it is well and the program is not."""
    line = str(error).strip().partition("\n")[0]
    if _is_one(error, _OLD_TABLES):
        return "The database's tables are not those of this version. Run manage.py migrate."
    if _is_one(error, _FULL):
        return "The database's disk is full. What was begun is undone; make room and try again."
    if _is_one(error, _READ_ONLY):
        return "The database takes no changes now: it is read-only, as a standby is. Nothing was changed."
    if _is_one(error, _NO_GRANT):
        return f"The database's role may not do that: {line}. docs/operate.md says what it needs."
    if wait_of(error):
        return "Somebody else holds the database. What was begun is undone; try again."
    return f"The database does not answer: {line}" if isinstance(error, DATABASE_AWAY) else None


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
