"""One act after another, each for itself: what fails is noted, and only a database that is away ends the night."""

import logging

import pytest
from django.db import OperationalError

from gridbank.errors import Refused
from grids.attempting import attempt

LOGGER = logging.getLogger("gridbank.tests.attempting")


def failing(error):
    def do():
        raise error

    return do


def test_what_is_done_is_noted_nowhere():
    noted = []
    assert attempt("act 1", lambda: True, noted.append, logger=LOGGER) is True
    assert attempt("act 1", lambda: False, noted.append, logger=LOGGER) is False
    assert noted == []


def test_why_it_was_not_done_is_noted(caplog):
    noted = []
    assert not attempt("act 1", failing(Refused("不行")), noted.append, logger=LOGGER)
    assert not attempt("act 2", failing(ZeroDivisionError()), noted.append, logger=LOGGER)
    assert noted[0] == "不行"
    assert "日志" in noted[1]
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]
    assert "act 2" in caplog.text


def test_what_can_not_be_noted_stands_in_the_log(caplog):
    def note(_why):
        raise ValueError

    assert not attempt("act 3", failing(Refused("不行")), note, logger=LOGGER)
    assert "act 3" in caplog.records[-1].getMessage()


def test_a_database_that_is_away_is_not_the_acts_fault():
    noted = []
    with pytest.raises(OperationalError):
        attempt("act 4", failing(OperationalError("away")), noted.append, logger=LOGGER)
    assert noted == []
