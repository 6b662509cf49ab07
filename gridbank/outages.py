"""A database that is away: which errors say so, and how often that is worth a traceback."""

import time

from django.db import InterfaceError, OperationalError

# locked, full, restarting, gone
DATABASE_AWAY = (OperationalError, InterfaceError)
QUIET_SECONDS = 60.0
_last_told = [float("-inf")]


def told_lately(error: BaseException | None) -> bool:
    """Say whether an outage had its traceback within the last minute; if not, this one counts as told.

    Every retry of every laptop fails alike: the first traceback tells, the next thousand fill the disk.
    """
    if not isinstance(error, DATABASE_AWAY):
        return False
    now = time.monotonic()
    if now - _last_told[0] < QUIET_SECONDS:
        return True
    _last_told[0] = now
    return False
