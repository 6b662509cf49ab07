"""An outage is told with one traceback a minute."""

import errno
import os

import pytest
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError

from gridbank import outages
from gridbank.outages import is_away, sentence_for_operator, takes_nothing


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


def broken_off(sqlstate, kind=OperationalError, text="broken off"):
    error, cause = kind(text), Exception()
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
        (broken_off("53100", OperationalError, "could not extend file"), "disk is full"),
        (
            broken_off("25006", InternalError, "cannot execute INSERT in a read-only transaction"),
            "takes no changes",
        ),
        (OperationalError("attempt to write a readonly database"), "takes no changes"),
        (
            broken_off("42501", ProgrammingError, "permission denied for table people_user"),
            "lacks a right (permission denied",
        ),
        (broken_off("57P01", InternalError, "terminating"), "does not answer: terminating"),
        (broken_off("42601", ProgrammingError, "syntax error"), None),
        (broken_off("23505", IntegrityError, "duplicate key"), None),
    ],
)
def test_the_operator_is_told_in_one_line(error, told):
    found = sentence_for_operator(error)
    assert found is None if told is None else told in found and "\n" not in found


@pytest.mark.parametrize(
    ("error", "away", "takes"),
    [
        (broken_off("25006", InternalError), True, False),
        (broken_off("42501", ProgrammingError), True, False),
        (broken_off("53100"), True, False),
        (broken_off("53300"), True, True),
        (broken_off("58030", InternalError), True, True),
        (OperationalError("database or disk is full"), True, False),
        (OperationalError("attempt to write a readonly database"), True, False),
        (InterfaceError("closed"), True, True),
        (broken_off("42601", ProgrammingError), False, True),
        (broken_off("25P02", InternalError), False, True),
        (ValueError("gone"), False, True),
    ],
)
def test_what_an_operator_must_mend_is_told_by_the_code_and_not_by_the_drivers_class(error, away, takes):
    assert is_away(error) is away
    assert takes_nothing(error) is not takes


@pytest.mark.parametrize("line", ["disk I/O error", "unable to open database file"])
def test_what_sqlite_says_of_its_disk_is_a_full_one_where_no_room_is_left(monkeypatch, line):
    error = OperationalError(line)
    assert f"does not answer: {line}" in sentence_for_operator(error)
    assert not takes_nothing(error)
    monkeypatch.setattr(outages, "ROOM", 2**60)
    assert "disk is full" in sentence_for_operator(error)
    assert takes_nothing(error)


def test_a_disk_that_takes_nothing_is_a_sentence_and_no_other_fault_is():
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/up.lock")
    assert outages.disk_sentence(full) == "No space left on device (/data/up.lock). Make room and try again."
    assert outages.disk_sentence(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))).startswith("No space left")
    assert outages.disk_sentence(FileNotFoundError(errno.ENOENT, "nothing", "x")) is None
