"""Nothing starts with a wrong set-up; who began while the database was away makes up for it before he serves."""

import logging
import time
from dataclasses import replace

import pytest
from celery.signals import task_prerun
from django.db import OperationalError
from django.test import Client

from gridbank import checks, environment, readiness, starting
from gridbank.fingerprints import WrongKeysError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def state(monkeypatch):
    made = starting._State()
    monkeypatch.setattr(starting, "_state", made)
    monkeypatch.setattr(starting, "AGAIN_SECONDS", 0.0)
    return made


@pytest.fixture
def away(monkeypatch):
    """A database that is away until the test says that it is back, with what is then found of it."""

    class Away:
        error: Exception | None = OperationalError("gone")
        found: list[str] = []

        def back(self, *found, error=None):
            self.error, self.found = error, list(found)

    one = Away()

    def faults(**_):
        if one.error:
            raise one.error
        return one.found

    monkeypatch.setattr(readiness, "faults", faults)
    return one


def ends(capsys) -> str:
    with pytest.raises(SystemExit) as end:
        starting.require()
    assert end.value.code == environment.APP_LOAD_ERROR
    return capsys.readouterr().err


def test_nothing_starts_with_a_fault(monkeypatch, capsys, settings):
    starting.require()
    monkeypatch.setattr(readiness, "files_are_there", lambda: False)
    assert "collectstatic" in ends(capsys)
    settings.KEYS = replace(settings.KEYS, index_key=b"o" * 32)
    assert "The index key is not the one" in ends(capsys)
    starting._state.owed = False
    monkeypatch.undo()


def test_production_is_asked_for_more(settings, monkeypatch, capsys):
    monkeypatch.setattr(checks, "faults", lambda: ["DEBUG is on. (gridbank.E010)"])
    assert "DEBUG is on" in ends(capsys)


def test_a_process_that_found_its_database_owes_nothing(monkeypatch):
    starting.require()
    monkeypatch.setattr(readiness, "faults", lambda **_: pytest.fail("asked again"))
    assert starting.outstanding() == []
    assert Client().get("/readyz").json() == {"status": "ok"}


def test_while_the_database_is_away_everything_may_start_and_is_asked_later(away):
    starting.require()
    assert starting.outstanding() == []
    away.back()
    assert starting.outstanding() == []
    away.back("wrong")
    assert starting.outstanding() == [], "asked once, and it was right"


@pytest.mark.parametrize("path", ["/accounts/login/", "/healthz", "/api/v1/visits/", "/nowhere/"])
def test_with_other_keys_nobody_is_served_and_the_reason_is_told_in_one_line(away, path, caplog):
    starting.require()
    away.back(error=WrongKeysError("The index key is not the one."))
    with caplog.at_level(logging.INFO):
        answer = Client(raise_request_exception=False).get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.endswith("not ready: The index key is not the one.")


def test_old_tables_are_seen_when_the_database_comes_back_and_forgotten_when_they_are_mended(away):
    starting.require()
    away.back("The tables are old.")
    assert Client().get("/accounts/login/").status_code == 503
    assert Client().get("/readyz").json() == {"status": "not ready", "missing": ["checks"]}
    away.back()
    assert Client().get("/accounts/login/").status_code == 200
    assert Client().get("/readyz").json() == {"status": "ok"}


def test_it_is_not_asked_at_every_request(away, monkeypatch):
    starting.require()
    away.back("wrong")
    monkeypatch.setattr(starting, "AGAIN_SECONDS", 60.0)
    starting._state.asked = time.monotonic()
    away.back("worse")
    assert starting.outstanding() == []


def test_a_worker_ends_instead_of_working(away, monkeypatch, capsys):
    starting.require(files=False)
    ended = []
    monkeypatch.setattr("gridbank.celery.os._exit", ended.append)
    task_prerun.send(sender=None)
    assert ended == []
    away.back("The tables are old.")
    starting._state.owed = True
    task_prerun.send(sender=None)
    assert ended == [environment.APP_LOAD_ERROR]
    assert "The tables are old." in capsys.readouterr().err
