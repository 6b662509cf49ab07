"""What a process that answers pages does differently from one that computes months."""

import gc
from typing import Any

from django.db.backends.signals import connection_created


def settle() -> None:
    """Get ready to answer pages; called once, when everything is loaded."""
    gc.collect()
    gc.freeze()  # what is loaded stays: the collector needn't walk through it again during requests
    gc.set_threshold(50_000, 20, 20)  # a page makes thousands of objects that die with it
    connection_created.connect(_one_process_a_page)


def _one_process_a_page(connection: Any, **_: Any) -> None:
    """Keep PostgreSQL from starting helpers for a page: that takes longer than the page, and others wait too."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
