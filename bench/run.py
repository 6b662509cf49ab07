"""Load, measure, report; Django is set up by now."""

import sys
import time
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from bench import ranking, report, rosters, throughput
from bench.load import Bank, load, loaded
from bench.measure import Result
from bench.pages import Pages
from bench.size import FULL, QUICK, Size
from gridbank.serving import settle


def _bank(size: Size, *, reuse: bool) -> Bank:
    """Migrate and load; refuse a database that is in use, unless it holds what an earlier run kept."""
    if connection.vendor != "postgresql":
        sys.exit("bench: DATABASE_URL must name a PostgreSQL database.")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    start = time.perf_counter()
    if get_user_model()._default_manager.exists():
        if not reuse:
            sys.exit("bench: this database is in use; give an empty one.")
        return loaded(size)
    bank = load(size)
    print(f"bench: loaded in {time.perf_counter() - start:.0f} s\n", flush=True)
    return bank


def _pages(bank: Bank) -> Iterator[Result]:
    """Measure the pages as a web process answers them: settled, on a connection opened since.

    The run that ended a moment ago wrote a million rows; a bank's people come hours after it, when the database has
    tidied up by itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    settle()
    connection.close()
    yield from Pages(bank).results()


def _preface(size: Size) -> str:
    version = ".".join(str(part) for part in divmod(connection.pg_version, 10_000))  # type: ignore[attr-defined]
    return (
        f"{size.customers:,} customers in {size.households:,} households, {size.visits:,} visits, {size.managers:,}"
        f" managers; {report.machine()}, PostgreSQL {version}. Server time of the whole request (Django's test client,"
        f" real middleware, kept connection), median of {size.repeats} warm runs."
    )


def measure(*, quick: bool, write: bool, reuse: bool) -> bool:
    """Do everything; return whether a bar was missed."""
    size = QUICK if quick else FULL
    bank = _bank(size, reuse=reuse)
    results: list[Result] = []
    for source in (
        ranking.monthly_run(bank),
        _pages(bank),
        throughput.throughput(bank),
        rosters.roster(bank),
    ):
        for result in source:
            results.append(result)
            cells = report.rows([result])[0]
            print(
                f"{cells[0]:<66} {cells[1]:>12} {cells[2]:>12} {cells[3]:>7}  {cells[4]:<12} {cells[5]}",
                flush=True,
            )
    if write:
        report.write(results, _preface(size))
    return any(result.passed is False for result in results)
