"""A broker that only remembers, and a handler for the length of a test."""

import pytest

from jobs import handlers
from jobs.requesting import RUN_JOB


@pytest.fixture(autouse=True)
def sent(monkeypatch) -> list[int]:
    """Instead of a broker: remember what was published."""
    messages = []

    def send(name, *, kwargs, retry, ignore_result):
        assert (name, retry, ignore_result) == (RUN_JOB, False, True)
        messages.append(kwargs["job_id"])

    monkeypatch.setattr("gridbank.celery.app.send_task", send)
    return messages


@pytest.fixture
def work(monkeypatch):
    """Register a handler for kind "test" for the length of a test."""

    def register(function):
        monkeypatch.setitem(handlers._handlers, "test", function)
        return function

    register(lambda lease: {"answer": 42})
    return register
