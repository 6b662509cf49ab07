"""Taking turns: of two who make what may stand only once, the second begins when the first is through.

A row that isn't there yet can't be locked; so whoever makes rows with a code of their own, or the next version of
something, takes the turn before he reads what is there. In a transaction turns come first, rows next, the trail last.
"""

import hashlib

from django.db import connection
from django.db.transaction import TransactionManagementError


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
