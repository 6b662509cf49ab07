"""One event, one line; and nobody can forge a second."""

import logging

import pytest

from gridbank.context import request_scope
from gridbank.logs import OneLineFilter


@pytest.fixture
def lines():
    found = []

    class Keep(logging.Handler):
        def emit(self, record):
            found.append(self.format(record))

    handler = Keep()
    handler.setFormatter(logging.Formatter("%(levelname)s [%(request_id)s] %(message)s"))
    handler.addFilter(OneLineFilter())
    logger = logging.getLogger("tests.one_line")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, found
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x1b[2K", "\x0b", "\x0c", "\x85", "\x00"]
)
def test_a_hostile_name_stays_on_its_line(lines, end):
    logger, found = lines
    logger.warning("sign-in failed for %s", f"zhao{end}2026-11-01 INFO login ok")
    assert len(found[0].splitlines()) == 1
    assert end not in found[0]


def test_a_hostile_exception_starts_no_line_of_its_own(lines):
    logger, found = lines
    try:
        raise ValueError("x\n2026-11-01 INFO login ok")
    except ValueError:
        logger.exception("failed")
    first, *rest = found[0].splitlines()
    assert first == "ERROR [-] failed"
    assert rest
    assert all(line.startswith("  | ") for line in rest)


def test_the_requests_id_is_in_every_line(lines):
    logger, found = lines
    with request_scope("abc"):
        logger.info("in")
        logger.warning("in")
    logger.warning("out")
    assert found == ["WARNING [abc] in", "WARNING [-] out"]


def test_a_percent_sign_in_a_value_is_no_format(lines):
    logger, found = lines
    logger.warning("%s", "100%s %d")
    assert found == ["WARNING [-] 100%s %d"]
