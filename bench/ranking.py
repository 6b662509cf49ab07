"""The monthly run, beside the bare SQL that aggregates, copies and hashes the same facts."""

import hashlib
import statistics
import time
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

from django.db import connection
from django.utils import timezone

from bench.load import Bank
from bench.measure import Result
from gridbank.days import month_before, month_first
from performance.models import Run
from performance.services import run_compute, superseded_drop

_COLUMNS = (
    "number, indicator, staff_id, grid_id, branch_id, day, source, source_id, source_version, subject,"
    " numerator_micros, denominator_micros"
)
BAR, ROUNDS = 3.0, 3


def _bare(run: Run) -> dict[str, float]:
    """Time the three things that nobody can do without, on the very facts of the run."""
    steps = {
        "copy": (
            f"CREATE TABLE bench_fact AS SELECT {_COLUMNS} FROM performance_fact WHERE run_id = {run.pk}",
            "ALTER TABLE bench_fact ADD PRIMARY KEY (number)",
            "CREATE INDEX ON bench_fact (staff_id, indicator)",
        ),
        "aggregate": (
            "SELECT indicator, staff_id, branch_id, sum(numerator_micros), sum(denominator_micros) FROM bench_fact GROUP BY 1, 2, 3",
        ),
    }
    times = {}
    with connection.cursor() as cursor:
        for name, statements in steps.items():
            start = time.perf_counter()
            for statement in statements:
                cursor.execute(statement)
            if cursor.description:
                cursor.fetchall()
            times[name] = time.perf_counter() - start
        start = time.perf_counter()
        sink = SimpleNamespace(write=hashlib.sha256().update)
        cursor.cursor.copy_expert("COPY (SELECT * FROM bench_fact ORDER BY number) TO STDOUT", sink)
        times["hash"] = time.perf_counter() - start
        cursor.execute("DROP TABLE bench_fact")
    return times


def _computed(bank: Bank, month: date) -> tuple[Run, float]:
    """Compute a closed month again and time it; what the worker removes once the ranking stands isn't counted."""
    start = time.perf_counter()
    run = run_compute(bank=bank.root, month=month, again=True)
    taken = time.perf_counter() - start
    superseded_drop(period=run.period)
    return run, taken


def monthly_run(bank: Bank) -> Iterator[Result]:
    """Compute the last closed month once to warm up and three times to measure, then do the bare work as often.

    The months around it are computed too, for the homes to show.
    """
    month = month_before(timezone.localdate(), 1)
    rounds = [_computed(bank, month) for _ in range(1 + ROUNDS)]
    run, ours = rounds[-1][0], statistics.median(taken for _run, taken in rounds[1:])
    bare = sorted((_bare(run) for _ in range(ROUNDS)), key=lambda times: sum(times.values()))[ROUNDS // 2]
    for other in (month_before(month, 1), month_first(timezone.localdate())):
        run_compute(bank=bank.root, month=other)
    raw, note = sum(bare.values()), ", ".join(f"{name} {seconds:.2f} s" for name, seconds in bare.items())
    yield Result(
        f"monthly run, {bank.size.managers:,} managers, {run.facts_count:,} facts", ours, raw,
        f"≤ {BAR:g} × bare", ours <= BAR * raw, unit="s", note=note,
    )  # fmt: skip
