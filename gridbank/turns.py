"""Waiting for one another: turns and locks on rows, in one order. Turns come first, rows next, the trail last.

Of two who make what may stand only once, the second begins when the first is through. A row that isn't there yet
can't be locked; so whoever makes rows with a code of their own, or the next version of something, takes the turn
before he reads what is there. The order of the tables stands in `tests/nets/test_lock_order.py`; rows of one table
are locked in order of their keys.
"""

import hashlib
from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.transaction import TransactionManagementError

_Row = TypeVar("_Row", bound=Model)


def take_turn(what: str) -> None:
    """Wait for whoever has this turn, and keep it until commit. What is read after it is what he left.

    SQLite has one writer at a time: there a transaction begins with waiting.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a turn lasts as long as its transaction: there is none")
    if connection.vendor != "postgresql":
        return
    key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def locked(rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """Read rows under a lock until commit, and none that they are joined with.

    Their keys stay, so whoever only writes a row that refers to them doesn't wait: else a trail's event, which names
    its actor, would wait for who holds that account and waits for the trail.
    """
    return rows.select_for_update(of=("self",), no_key=True)
