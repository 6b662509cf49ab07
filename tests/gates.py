"""What a test may need of the machine, and what happens where it is missing.

On a developer's machine a missing browser or Redis skips the tests that need it. In CI nothing may be skipped:
whatever would be, fails. Tests for one database only are left out (not skipped) on the other: CI runs both. Those
that ask no database are left out on PostgreSQL: they ran on SQLite.
"""

import os
import shutil
import time

import pytest
from django.conf import settings

IN_CI = os.environ.get("CI") == "true"
REDIS = os.environ.get("GRIDBANK_TEST_REDIS", "")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# a test that makes a database of each kind: in the run that has one of that kind
each_on_its_own = pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=getattr(pytest.mark, mark))
        for kind, mark in (("sqlite", "sqlite"), ("postgresql", "postgres"))
    ],
)

STARTED = time.monotonic()


def on_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def find_browser() -> str | None:
    named = os.environ.get("GRIDBANK_CHROMIUM")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), None)


def missing(item: pytest.Item) -> str | None:
    """Say what the test needs and the machine lacks."""
    if item.get_closest_marker("browser") and not find_browser():
        return "no Chromium: apt install chromium"
    if item.get_closest_marker("redis") and not REDIS:
        return "no Redis: set GRIDBANK_TEST_REDIS=redis://127.0.0.1:6379/0"
    return None


def asks_no_database(item: pytest.Item) -> bool:
    """Say whether a test is the same whatever DATABASE_URL names: it opens none, or has one of its own."""
    if item.get_closest_marker("once"):
        return True
    if item.get_closest_marker("postgres"):
        return False
    opens = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return not opens and not item.get_closest_marker("django_db") and "/e2e/" not in item.nodeid


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        # whoever starts processes of his own has a lane: two at a time would only time each other out
        if "/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("browser"))
        elif "/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("processes"))
        if "/upgrade/" in item.nodeid:
            # one worker upgrades for all of them
            item.add_marker(pytest.mark.xdist_group("upgrade"))
        if reason := missing(item):
            item.add_marker(pytest.mark.skip(reason=reason))
    if on_postgresql():
        left_out = [item for item in items if item.get_closest_marker("sqlite") or asks_no_database(item)]
    else:
        left_out = [item for item in items if item.get_closest_marker("postgres")]
    config.hook.pytest_deselected(items=left_out)
    out = set(left_out)
    items[:] = [item for item in items if item not in out]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse to run lanes that are none: a pytest that its xdist doesn't know yet drops them without a word."""
    if session.config.getoption("loadgroup", default=False):
        laneless = [
            item
            for item in session.items
            if item.get_closest_marker("xdist_group") and "@" not in item.nodeid.rpartition("]")[2]
        ]
        if laneless:
            raise pytest.UsageError(
                f"This pytest and this xdist keep no lanes: {laneless[0].nodeid} has none."
            )


def _refuse_skip(report: pytest.CollectReport | pytest.TestReport) -> None:
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"In CI nothing may be skipped. {reason}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    outcome = yield
    _refuse_skip(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    outcome = yield
    _refuse_skip(outcome.get_result())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many ran, on what, and how long it took, even when pytest is told to be quiet."""
    ran = sum(
        len(terminalreporter.stats.get(kind, ())) for kind in ("passed", "failed", "xfailed", "xpassed")
    )
    database = "PostgreSQL" if on_postgresql() else "SQLite"
    terminalreporter.write_line(f"{ran} tests on {database} in {time.monotonic() - STARTED:.0f} s")
