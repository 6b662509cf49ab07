"""An outage is told with one traceback a minute."""

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError

from gridbank import outages
from gridbank.outages import sentence_for_operator


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(outages.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(outages, "_last_told", [float("-inf")])
    return now


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_the_first_tells_and_the_next_come_after_a_minute(clock, error):
    assert not outages.told_lately(error)
    clock[0] += 59
    assert outages.told_lately(error)
    clock[0] += 2
    assert not outages.told_lately(error)


def test_every_other_error_tells_each_time():
    assert [outages.told_lately(ValueError()) for _ in range(2)] == [False, False]
    assert not outages.told_lately(None)


def broken_off(sqlstate):
    error, cause = OperationalError("broken off"), Exception()
    cause.pgcode = sqlstate
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (broken_off("55P03"), outages.Wait.HELD),
        (broken_off("40P01"), outages.Wait.COLLISION),
        (broken_off("40001"), outages.Wait.COLLISION),
        (broken_off("57014"), outages.Wait.SLOW),
        (OperationalError("database is locked"), outages.Wait.HELD),
        (broken_off("57P01"), None),
        (OperationalError("database or disk is full"), None),
        (InterfaceError("closed"), None),
        (ValueError("database is locked"), None),
        (None, None),
    ],
)
def test_a_wait_in_vain_is_no_outage(error, wait):
    assert outages.wait_of(error) is wait


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OperationalError("no such table: people_user"), "Run manage.py migrate"),
        (OperationalError("database or disk is full"), "disk is full"),
        (OperationalError("database is locked"), "Somebody else holds"),
        (
            OperationalError("connection refused\n\tIs the server running?"),
            "does not answer: connection refused",
        ),
        (IntegrityError("UNIQUE constraint failed"), None),
    ],
)
def test_the_operator_is_told_in_one_line(error, told):
    found = sentence_for_operator(error)
    assert found is None if told is None else told in found and "\n" not in found
