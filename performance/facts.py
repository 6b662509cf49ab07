"""Freezing what is counted: set-based SQL from the live tables into the run, and the hash over it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from gridbank.scoping import waive_scope
from grids.enums import GridNature, Part, Tier
from grids.models import Assignment, Grid
from performance.indicators import Indicator, Window, day_literal
from performance.models import Run
from performance.scoring import NOBODY, Sum, split_whole

CHUNK = 1_000
TEMPORARY = {
    "rank_grid": "grid_id bigint PRIMARY KEY, branch_id bigint",
    "rank_lead": "grid_id bigint, staff_id bigint, first_day date, last_day date",
    "rank_share": "grid_id bigint, staff_id bigint, micros bigint",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody's days as the lead of a grid; `staff_id` 0 is nobody."""

    staff_id: int
    first: date
    last: date

    @property
    def days(self) -> int:
        """Count the days, both ends included."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Ground:
    """The bank's grids and who led each of them, over the days of a window."""

    grids: dict[int, tuple[str, str]]
    """Path and peer group by id."""
    leads: dict[int, list[Span]]

    def branch_of(self, grid_id: int) -> int | None:
        """Return the branch of a grid, None for the head office itself."""
        steps = self.grids[grid_id][0].split("/")
        return int(steps[2]) if len(steps) > 3 else None  # noqa: PLR2004


def lead_spans(assignments: Iterable[tuple[int, date, date | None]], window: Window) -> list[Span]:
    """Lay out a window between leads, (staff, from, to) in order of precedence: the last one wins a day."""
    by_day: dict[date, int] = {}
    for staff_id, start, end in assignments:
        day, last = max(start, window.first), min(end or window.as_of, window.as_of)
        while day <= last:
            by_day[day] = staff_id
            day += timedelta(days=1)
    spans: list[Span] = []
    day = window.first
    while day <= window.as_of:
        staff_id = by_day.get(day, NOBODY)
        if spans and spans[-1].staff_id == staff_id:
            spans[-1] = Span(staff_id, spans[-1].first, day)
        else:
            spans.append(Span(staff_id, day, day))
        day += timedelta(days=1)
    return spans


def ground_of(bank: Grid, window: Window) -> Ground:
    """Read the bank's grids and dated leads. Only grids of account managers have a lead to be credited."""
    with waive_scope("a ranking looks at the whole bank"):
        rows = list(
            Grid.objects.filter(path__startswith=bank.path, nature=GridNature.BASE)
            .order_by("pk")
            .values_list("pk", "path", "peer_group", "tier")
        )
        held: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
        leads = Assignment.objects.filter(
            grid__path__startswith=bank.path,
            grid__tier=Tier.MANAGER,
            part=Part.LEAD,
            valid_from__lte=window.as_of,
        ).exclude(valid_to__lt=window.first)
        for grid_id, *rest in leads.order_by("valid_from", "pk").values_list(
            "grid_id", "user_id", "valid_from", "valid_to"
        ):
            held[grid_id].append(tuple(rest))
    return Ground(
        grids={pk: (path, peer_group) for pk, path, peer_group, _tier in rows},
        leads={pk: lead_spans(held.get(pk, ()), window) for pk, *_rest in rows},
    )


def shares_of(spans: Sequence[Span]) -> dict[int, Decimal]:
    """Divide a grid's month between its leads by days."""
    days: Counter[int] = Counter()
    for span in spans:
        days[span.staff_id] += span.days
    return split_whole(days)


def _fill(table: str, rows: Iterable[tuple[str, ...]]) -> None:
    """Insert rows of SQL literals: our own integers and days, never text from outside."""
    values = [f"({','.join(row)})" for row in rows]
    with connection.cursor() as cursor:
        for start in range(0, len(values), CHUNK):
            cursor.execute(f"INSERT INTO {table} VALUES {','.join(values[start : start + CHUNK])}")  # noqa: S608


@contextmanager
def prepared(ground: Ground) -> Iterator[None]:
    """Lay out the temporary tables that every indicator's SQL reads; this connection's own, then gone."""
    with connection.cursor() as cursor:
        for table, columns in TEMPORARY.items():
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")
    _fill("rank_grid", ((str(pk), str(ground.branch_of(pk) or "NULL")) for pk in ground.grids))
    _fill(
        "rank_lead",
        (
            (str(pk), str(span.staff_id), day_literal(span.first), day_literal(span.last))
            for pk, spans in ground.leads.items()
            for span in spans
        ),
    )
    _fill(
        "rank_share",
        (
            (str(pk), str(staff_id), str(int(share.scaleb(6))))
            for pk, spans in ground.leads.items()
            for staff_id, share in shares_of(spans).items()
        ),
    )
    with connection.cursor() as cursor:
        for table in TEMPORARY:
            cursor.execute(f"CREATE INDEX {table}_by_grid ON {table} (grid_id)")
            cursor.execute(f"ANALYZE {table}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table in TEMPORARY:
                cursor.execute(f"DROP TABLE IF EXISTS {table}")


def freeze(run: Run, indicator: Indicator, window: Window, offset: int) -> int:
    """Copy an indicator's facts into the run, numbered on from `offset`; return how many there were."""
    sql, parameters = indicator.query(window)
    insert = f"""
        INSERT INTO performance_fact (run_id, number, indicator, staff_id, grid_id, branch_id, day, source,
                                      source_id, source_version, subject, numerator, denominator)
        SELECT {run.pk:d}, {offset:d} + ROW_NUMBER() OVER (ORDER BY staff_id, ord), '{indicator.key}',
               staff_id, grid_id, branch_id, day, source, source_id, source_version, subject,
               numerator / 1000000.0, denominator / 1000000.0
        FROM ({sql}) counted ORDER BY staff_id, ord"""  # noqa: S608  the registry's own SQL
    with connection.cursor() as cursor:
        cursor.execute(insert, parameters)
        return int(cursor.rowcount)


def _fact_line() -> str:
    """Return the SQL that writes a fact in one way only, the same text on every database."""
    if connection.vendor == "postgresql":
        day, decimal = "to_char(day, 'YYYY-MM-DD')", "CAST({} AS text)"
    else:
        day, decimal = "day", "printf('%%.6f', {})"
    columns = [
        "CAST(number AS text)", "indicator", "CAST(staff_id AS text)", "CAST(grid_id AS text)",
        "COALESCE(CAST(branch_id AS text), '')", day, "source", "source_id", "CAST(source_version AS text)",
        "subject", decimal.format("numerator"), decimal.format("denominator"),
    ]  # fmt: skip
    return " || '|' || ".join(columns)


class _Sink:
    """A file that only hashes what is written to it."""

    def __init__(self, digest: Any) -> None:
        self.digest = digest

    def write(self, data: bytes | str) -> int:
        """Take a piece of the stream."""
        self.digest.update(data.encode() if isinstance(data, str) else data)
        return len(data)


def root_hash(run_id: int, inputs: str) -> str:
    """Return the SHA-256 over the inputs and every fact in order, streamed from the database."""
    digest = hashlib.sha256(f"{inputs}\n".encode())
    select = f"SELECT {_fact_line()} FROM performance_fact WHERE run_id = {run_id:d} ORDER BY number"  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.cursor.copy_expert(f"COPY ({select}) TO STDOUT", _Sink(digest))
        else:
            cursor.execute(select, ())
            while rows := cursor.fetchmany(CHUNK):
                digest.update("".join(f"{line}\n" for (line,) in rows).encode())
    return digest.hexdigest()


def sums_of(run_id: int) -> list[Sum]:
    """Add up the frozen facts by indicator, person and branch, exactly: in whole millionths."""
    micros = "SUM(CAST(ROUND({} * 1000000) AS bigint))"
    sql = f"""
        SELECT indicator, staff_id, COALESCE(branch_id, 0), {micros.format("numerator")},
               {micros.format("denominator")}
        FROM performance_fact WHERE run_id = %s
        GROUP BY indicator, staff_id, branch_id"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [run_id])
        return [
            Sum(indicator, staff_id, branch_id, Decimal(int(top)).scaleb(-6), Decimal(int(bottom)).scaleb(-6))
            for indicator, staff_id, branch_id, top, bottom in cursor.fetchall()
        ]
