"""Timing: the median of warm runs, ours and the bare SQL beside it."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

WARM = 3


@dataclass(frozen=True)
class Result:
    """One line of the table. Times in milliseconds unless `unit` says otherwise."""

    what: str
    ours: float
    raw: float | None
    bar: str
    passed: bool | None
    unit: str = "ms"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return how many times the bare SQL our way takes."""
        return self.ours / self.raw if self.raw else None


def median_ms(work: Callable[[], Any], repeats: int) -> float:
    """Run a few times to warm up, then return the median in milliseconds."""
    for _ in range(min(WARM, repeats)):
        work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def fetch(sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """Run bare SQL on the connection that Django uses and fetch every row."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def raw_ms(sql: str, parameters: Any, repeats: int) -> float:
    """Time bare SQL."""
    return median_ms(lambda: fetch(sql, parameters), repeats)
