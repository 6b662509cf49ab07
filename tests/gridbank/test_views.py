"""The health of the installation, and pages for what no view answered; every other answer is in test_errors."""

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from gridbank import views


def test_healthz_tells_that_the_database_answers_and_nothing_else(client, db):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.post("/healthz").status_code == 405


def test_healthz_fails_when_the_database_does(client, db, monkeypatch):
    def lost():
        raise OperationalError

    client.raise_request_exception = False
    with monkeypatch.context() as trouble:
        trouble.setattr("gridbank.views.connection.cursor", lost)
        assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views.bad_request, 400),
        (views.forbidden, 403),
        (views.csrf_failure, 403),
        (views.not_found, 404),
        (views.server_error, 500),
    ],
)
def test_a_program_is_answered_in_json_whatever_went_wrong(view, status):
    answer = view(RequestFactory().get("/api/v1/x/"))
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert b"detail" in answer.content
