"""The whole measurement on a tiny set, so that it works on the day somebody needs it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from bench import report
from bench.measure import Result, median_ms

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def empty_database(transactional_db, request):
    name = f"gridbank_bench_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    parts = urlsplit(os.environ["DATABASE_URL"])
    yield urlunsplit(parts._replace(path=f"/{name}"))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.postgres
@pytest.mark.slow
def test_every_case_runs_on_a_tiny_set(empty_database):
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick"],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": empty_database}, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "left out" not in done.stdout
    for what in (
        "monthly run", "customer list, deep page", "search by name", "search by pinyin", "search by phone tail",
        "search by exact ID", "household page", "home (head office)", "home (auditor)", "today's list",
        "coverage map", "one viewport", "sync of 200 visits", "8 connections", "batches of 200 visits",
    ):  # fmt: skip
        assert what in done.stdout


def test_the_table_says_what_held_and_what_did_not(tmp_path, monkeypatch):
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    monkeypatch.setattr(report, "PAGE", page)
    report.write(
        [
            Result("a list", 80.0, 2.0, "≤ 40 ms", passed=False),
            Result("a home", 9.5, None, "≤ 100 ms", passed=True),
        ],
        "On a machine.",
    )
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert re.search(r"a list \| 80.0 ms \| 2.0 ms \| 40.0 \| ≤ 40 ms \| \*\*missed\*\*", text)
    assert re.search(r"a home \| 9.5 ms \| – \| – \| ≤ 100 ms \| held", text)


def test_the_median_is_of_the_warm_runs_only():
    calls = []
    median_ms(lambda: calls.append(1), 5)
    assert len(calls) == 8
