"""Each error becomes one answer, as a page and in the API."""

import json
import logging
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from gridbank import urls as real
from gridbank.access import public
from gridbank.errors import NotAllowed, Refused
from gridbank.scoping import OutOfSight

RAISED = {
    "refused": (Refused("The month is locked."), 409),
    "field": (Refused("Too late.", field="day"), 409),
    "denied": (PermissionDenied("secret"), 403),
    "not yours": (NotAllowed("Publishing is up to the head office."), 403),
    "absent": (Http404("customer 17 of East"), 404),
    "hidden": (OutOfSight("customer 17 of East"), 404),
    "locked": (OperationalError("database is locked"), 503),
    "full": (OperationalError("database or disk is full"), 503),
    "gone": (InterfaceError("connection already closed"), 503),
    "unique": (IntegrityError("DETAIL: Key (name)=(王小明) already exists"), 409),
    "protected": (ProtectedError("王小明", set()), 409),
    "bug": (ZeroDivisionError("王小明"), 500),
}


def page(request, name):
    if name == "ok":
        return HttpResponse(request.POST.get("x", "ok"))
    raise RAISED[name][0]


class Endpoint(APIView):
    allowed_roles = None

    def get(self, request, name):
        raise RAISED[name][0]

    def post(self, request, name):
        return Response({"got": request.data})


urlpatterns = [
    path("t/<str:name>/", public(page)),
    path("api/t/<str:name>/", Endpoint.as_view()),
    *real.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    real.handler400,
    real.handler403,
    real.handler404,
    real.handler500,
)

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def quiet_client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", RAISED)
def test_a_page_answers_with_the_right_status_and_tells_no_secret(quiet_client, name, caplog):
    exception, status = RAISED[name]
    response = quiet_client.get(f"/t/{name}/")
    assert response.status_code == status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Security-Policy"]
    for secret in ("王小明", "customer 17", "secret", "Traceback", "Key ("):
        assert secret not in response.text
    assert ("Retry-After" in response) is (status == 503)
    if isinstance(exception, Refused):
        assert exception.message in response.text
    if isinstance(exception, NotAllowed):
        assert str(exception) in response.text


@pytest.mark.parametrize("name", RAISED)
def test_the_api_answers_the_same_in_json(quiet_client, name, caplog):
    _, status = RAISED[name]
    response = quiet_client.get(f"/api/t/{name}/")
    assert response.status_code == status
    body = response.json()
    for secret in ("王小明", "customer 17", "Traceback", "Key ("):
        assert secret not in json.dumps(body, ensure_ascii=False)
    assert ("Retry-After" in response) is (status == 503)
    if name == "refused":
        assert body == {"detail": "The month is locked."}
    if name == "field":
        assert body == {"day": ["Too late."]}


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/performance/2026-10/?page=2#top", "/performance/2026-10/?page=2"),
        ('http://testserver/"><script>', "/&quot;&gt;&lt;script&gt;"),
        ("http://testserver//evil.example/", None),
        ("http://evil.example/performance/", None),
        ("//evil.example/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_a_refusal_leads_back_to_ones_own_page_and_to_no_other(quiet_client, referer, back):
    page = quiet_client.get("/t/refused/", headers={"Referer": referer}).text
    links = re.findall(r'<a class="button[^"]*" href="([^"]*)"', page)
    assert links[-1] == "/"
    assert links[:-1] == ([back] if back else [])


@pytest.mark.parametrize(
    ("path", "kind"), [("/nowhere/", "text/html; charset=utf-8"), ("/api/v1/nowhere/", "application/json")]
)
def test_an_unknown_route_is_a_plain_404(quiet_client, path, kind):
    response = quiet_client.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, kind)


def test_a_hidden_row_and_an_unknown_route_look_alike(quiet_client):
    assert quiet_client.get("/t/hidden/").content == quiet_client.get("/t/absent/").content


@pytest.mark.parametrize("path", ["/t/ok/", "/api/t/ok/"])
def test_a_database_lost_in_the_middleware_is_503_too(client, cast, monkeypatch, path, caplog):
    client.force_login(cast.li)
    client.raise_request_exception = False

    def lost(*_args, **_kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", lost)
    with caplog.at_level(logging.INFO):
        response = client.get(path)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    # laptops try again all through an outage: one line each
    (line,) = [record.getMessage() for record in caplog.records]
    assert re.fullmatch(r"GET .* 503 \d+ ms: database unavailable: OperationalError", line)


@pytest.mark.parametrize("path", ["/t/gone/", "/api/t/gone/", "/t/full/", "/api/t/full/"])
def test_an_outage_in_a_view_has_one_line(quiet_client, path, caplog):
    with caplog.at_level(logging.INFO):
        response = quiet_client.get(path)
    assert response.status_code == 503
    (line,) = [record.getMessage() for record in caplog.records]
    assert "503" in line and "database unavailable" in line
    assert ("不接受" in response.text or "不接受" in str(response.headers)) is ("full" in path)


@pytest.mark.parametrize("path", ["/t/ok/", "/api/t/ok/", "/nowhere/", "/accounts/login/"])
def test_a_body_beyond_the_limit_is_413_before_it_is_read(quiet_client, settings, path):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = json.dumps({"x": "y" * 1001})
    assert quiet_client.post(path, body, content_type="application/json").status_code == 413


def test_a_lie_about_the_length_is_refused(quiet_client):
    response = quiet_client.post("/t/ok/", {}, headers={"Content-Length": "-1"}, CONTENT_LENGTH="1e3")
    assert response.status_code == 413


def test_a_body_within_the_limit_is_read(quiet_client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert quiet_client.post("/api/t/ok/", {"x": 1}, content_type="application/json").json() == {
        "got": {"x": 1}
    }


@pytest.mark.parametrize("body", ['{"a": 1, "a": 2}', "NaN", "[" * 10_000, "\xff"])
def test_broken_json_is_400(quiet_client, body):
    response = quiet_client.post("/api/t/ok/", body, content_type="application/json")
    assert (response.status_code, list(response.json())) == (400, ["detail"])


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data; boundary=x"],
)
def test_only_json_is_taken_by_the_api(quiet_client, kind):
    assert quiet_client.post("/api/t/ok/", "{}", content_type=kind).status_code == 415


def test_a_form_without_its_token_is_403_and_says_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/t/ok/", {"x": "1"})
    assert response.status_code == 403
    assert "<style" not in response.text


def test_a_strange_host_is_400(quiet_client, caplog):
    response = quiet_client.get("/healthz", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil" not in response.text


def test_every_answer_has_an_id_of_its_own(quiet_client):
    ids = {
        quiet_client.get(path)["X-Request-ID"]
        for path in ("/healthz", "/nowhere/", "/t/bug/", "/accounts/login/")
    }
    assert len(ids) == 4
