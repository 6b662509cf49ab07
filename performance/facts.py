"""Freezing what is counted: set-based SQL from the live tables into the run, and the hash over it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.db import connection, transaction

from gridbank.scoping import waive_scope
from grids.enums import GridNature, Part, Tier
from grids.models import Assignment, Grid, branch_in
from performance.enums import STATES
from performance.indicators import Indicator, Window, day_literal
from performance.indicators.households import adults, apps, first_visits, gone, homes, moved, once_complete
from performance.indicators.marketing_success import repeats
from performance.models import Run
from performance.scoring import NOBODY, Sum, split_whole

CHUNK = 1_000
WRITTEN = (
    "number", "indicator", "staff_id", "grid_id", "branch_id", "day", "source", "source_id", "source_version", "subject",
    "numerator_micros", "denominator_micros",
)  # fmt: skip
TEMPORARY = {
    "rank_grid": "grid_id bigint PRIMARY KEY, branch_id bigint",
    "rank_lead": "grid_id bigint, staff_id bigint, first_day date, last_day date",
    "rank_share": "grid_id bigint, staff_id bigint, micros bigint",
}
SELECTED = {
    "rank_moved": moved,
    "rank_complete": once_complete,
    "rank_visit": first_visits,
    "rank_gone": gone,
    "rank_home": homes,
    "rank_app": apps,
    "rank_adults": adults,
    "rank_repeat": repeats,
}  # each may read those before it


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
    """Path and peer group by id, of the grids that households are in."""
    leads: dict[int, list[Span]]
    specials: dict[int, tuple[str, str]] = field(default_factory=dict)
    """The same of special grids: nothing is counted in them, but who leads one has his home there."""
    special_leads: dict[int, list[Span]] = field(default_factory=dict)

    @property
    def homes(self) -> dict[int, tuple[str, str]]:
        """Return every grid that may be somebody's home."""
        return self.grids | self.specials

    def branch_of(self, grid_id: int) -> int | None:
        """Return the branch of a grid, None for the head office itself."""
        return branch_in(self.homes[grid_id][0])


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
            Grid.objects.filter(path__startswith=bank.path)
            .order_by("pk")
            .values_list("pk", "path", "peer_group", "nature")
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
    base, specials = (
        {pk: (path, peers) for pk, path, peers, nature in rows if (nature == GridNature.BASE) == is_base}
        for is_base in (True, False)
    )
    return Ground(
        grids=base,
        leads={pk: lead_spans(held.get(pk, ()), window) for pk in base},
        specials=specials,
        special_leads={pk: lead_spans(held[pk], window) for pk in specials if pk in held},
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


def _make_room() -> None:
    """Set this transaction up for half a million rows instead of one page's fifty.

    They are sorted and joined in memory; compiling such queries saves nothing. A month's visits lie close
    together, grid by grid: finding them by the index is four times as quick as reading every visit there ever
    was, which is what the default price of a page off the path leads to. A million people are looked through by
    several processes, if that isn't priced out either.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SET LOCAL random_page_cost = 1.1;"
                " SET LOCAL parallel_tuple_cost = 0.01"
            )


def _lay_out(ground: Ground, window: Window) -> None:
    _clear_away()
    with connection.cursor() as cursor:
        for table, columns in TEMPORARY.items():
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
            cursor.execute(f"ANALYZE {table}")
        for table, select in SELECTED.items():
            sql, parameters = select(window)
            cursor.execute(f"CREATE TEMPORARY TABLE {table} AS {sql}", parameters)
            cursor.execute(f"ANALYZE {table}")


def _clear_away() -> None:
    with connection.cursor() as cursor:
        for table in (*TEMPORARY, *SELECTED):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")


@contextmanager
def prepared(ground: Ground, window: Window) -> Iterator[None]:
    """Lay out the temporary tables that every indicator's SQL reads; this connection's own, then gone."""
    with transaction.atomic():
        _make_room()
        _lay_out(ground, window)
    try:
        yield
    finally:
        _clear_away()


def freeze(run: Run, indicator: Indicator, window: Window, after: int) -> tuple[int, int]:
    """Copy an indicator's facts into the run, numbered on from `after`; return how many, and the last number."""
    sql, parameters = indicator.query(window)
    insert = f"""
        INSERT INTO performance_fact (run_id, number, indicator, staff_id, grid_id, branch_id, day, source,
                                      source_id, source_version, subject, numerator_micros, denominator_micros)
        SELECT {run.pk:d}, {after:d} + place, '{indicator.key}', staff_id, grid_id, branch_id, day, source,
               source_id, source_version, subject, numerator, denominator
        FROM ({sql}) counted"""  # noqa: S608  the registry's own SQL
    _make_room()
    with connection.cursor() as cursor:
        cursor.execute(insert, parameters)
        count = int(cursor.rowcount)
        cursor.execute(
            "SELECT number FROM performance_fact WHERE run_id = %s ORDER BY number DESC LIMIT 1", [run.pk]
        )
        found = cursor.fetchone()
        return count, found[0] if found else 0


IDENTITY = ("source", "source_id", "subject", "staff_id", "grid_id", "branch_id", "day")


def missed(run: Run, indicator: Indicator, window: Window) -> int:
    """Count the month's events that a run doesn't hold as they are now: late arrivals, corrections, other people.

    States at the month's end have no identity of their own: their sums tell.
    """
    sql, parameters = indicator.query(window)
    states = ", ".join(f"'{source}'" for source in sorted(STATES))
    events, who = f"source NOT IN ({states})", ", ".join(IDENTITY)
    now = f"SELECT {who}, numerator FROM ({sql}) counted WHERE {events}"  # noqa: S608  our own names
    then = f"""
        SELECT {who}, numerator_micros FROM performance_fact
        WHERE run_id = {run.pk:d} AND indicator = '{indicator.key}' AND {events}"""  # noqa: S608
    counts = []
    with connection.cursor() as cursor:
        for more, fewer in ((now, then), (then, now)):
            cursor.execute(f"SELECT COUNT(*) FROM ({more} EXCEPT {fewer}) missed", parameters)  # noqa: S608
            counts.append(int(cursor.fetchone()[0]))
    # a corrected one is in both
    return max(counts)


def sums_now(indicator: Indicator, window: Window) -> list[Sum]:
    """Add up an indicator as it is now, by person and branch, exactly; nothing is frozen and nothing numbered."""
    sql, parameters = indicator.query(window)
    added = f"""
        SELECT staff_id, COALESCE(branch_id, 0), SUM(numerator), SUM(denominator)
        FROM ({sql}) counted GROUP BY staff_id, branch_id"""  # noqa: S608  the registry's own SQL
    with connection.cursor() as cursor:
        cursor.execute(added, parameters)
        return [
            Sum(indicator.key, staff_id, branch_id, _of_micros(top), _of_micros(bottom), 0, 0)
            for staff_id, branch_id, top, bottom in cursor.fetchall()
        ]


def root_hash(run_id: int, inputs: str) -> str:
    """Return the SHA-256 over the inputs and every fact in order, streamed from the database.

    A fact is one line, written in one way only: its columns between bars, amounts in whole millionths.
    PostgreSQL writes it as it sends a table; no value holds a bar, a backslash or a line's end.
    """
    digest = hashlib.sha256(f"{inputs}\n".encode())
    rows = f"FROM performance_fact WHERE run_id = {run_id:d} ORDER BY number"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copy = f"COPY (SELECT {', '.join(WRITTEN)} {rows}) TO STDOUT (DELIMITER '|', NULL '')"
            # a file that only hashes
            cursor.cursor.copy_expert(copy, SimpleNamespace(write=digest.update))
        else:
            line = " || '|' || ".join(f"COALESCE({column}, '')" for column in WRITTEN)
            cursor.execute(f"SELECT {line} {rows}")
            while found := cursor.fetchmany(CHUNK):
                digest.update("".join(f"{line}\n" for (line,) in found).encode())
    return digest.hexdigest()


def sums_of(run_id: int) -> list[Sum]:
    """Add up the frozen facts by indicator, person and branch, exactly: in whole millionths."""
    sql = """
        SELECT indicator, staff_id, COALESCE(branch_id, 0), SUM(numerator_micros), SUM(denominator_micros),
               MIN(number), MAX(number)
        FROM performance_fact WHERE run_id = %s
        GROUP BY indicator, staff_id, branch_id"""
    with transaction.atomic(), connection.cursor() as cursor:
        if (
            connection.vendor == "postgresql"
            # it doesn't know yet how many there are, and would sort them all
        ):
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL jit = off")
        cursor.execute(sql, [run_id])
        return [
            Sum(indicator, staff_id, branch_id, _of_micros(top), _of_micros(bottom), first, last)
            for indicator, staff_id, branch_id, top, bottom, first, last in cursor.fetchall()
        ]


def _of_micros(number: Decimal | int) -> Decimal:
    return Decimal(int(number)).scaleb(-6)
