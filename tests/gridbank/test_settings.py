"""Answers that no view gave are as closed up as the others, and cookies tell nothing and obey nobody else."""

import re
import runpy

import pytest
from django.db import OperationalError
from django.test import Client

from tests.factories import UserFactory

LOGIN = "/accounts/login/"
PASSWORD = "Quiet-Rivers-1949"


@pytest.fixture
def li(db):
    user = UserFactory(username="li")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def production(settings, monkeypatch):
    """Set what the production profile sets about answers and cookies."""
    monkeypatch.setenv("GRIDBANK_PROFILE", "production")
    found = runpy.run_path(str(settings.BASE_DIR / "gridbank" / "settings.py"))
    words = ("COOKIE", "SECURE_", "SESSION_", "CSRF_", "LANGUAGE_", "MESSAGE_", "X_FRAME")
    for name, value in found.items():
        if name.startswith(words) or "COOKIE" in name:
            setattr(settings, name, value)
    return settings


def guessed(client):
    for _ in range(10):
        found = client.post(LOGIN, {"username": "x", "password": "x"})
    return found


def broken(error):
    def ask(client):
        def fail(*_args, **_kwargs):
            raise error

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("people.middleware.SessionAgeMiddleware.__call__", fail)
            return client.get(LOGIN)

    return ask


EARLY = {
    "too large": (413, lambda client: client.post(LOGIN, CONTENT_LENGTH="99999999999")),
    "length of thousands of digits": (413, lambda client: client.post(LOGIN, CONTENT_LENGTH="1" * 5000)),
    "host": (400, lambda client: client.get(LOGIN, headers={"Host": "evil.example"})),
    "no route": (404, lambda client: client.get("/nowhere/")),
    "no route of the api": (404, lambda client: client.get("/api/v1/nowhere/")),
    "no token": (403, lambda _client: Client(enforce_csrf_checks=True).post(LOGIN, {"username": "x"})),
    "locked": (429, guessed),
    "method": (405, lambda client: client.put(LOGIN)),
    "database away": (503, broken(OperationalError())),
    "bug": (500, broken(ZeroDivisionError())),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", EARLY)
def test_an_early_answer_is_closed_up(kind, caplog):
    status, ask = EARLY[kind]
    response = ask(Client(raise_request_exception=False))
    assert response.status_code == status
    for word in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert word in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{32}", response["X-Request-ID"])
    assert "Access-Control-Allow-Origin" not in response
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)", response.text)


def everything_set(client):
    """Go through what sets cookies: the form, a sign-in, a message, a language."""
    found = {}
    steps = [
        lambda: client.get(LOGIN, secure=True),
        lambda: client.post("/language/", {"language": "en"}, secure=True),
        lambda: client.post(LOGIN, {"username": "li", "password": PASSWORD}, secure=True),
        lambda: client.post(
            "/accounts/password/",
            {
                "current_password": PASSWORD,
                "new_password1": "Broad-Valleys-2027",
                "new_password2": "Broad-Valleys-2027",
            },
            secure=True,
        ),
    ]
    for step in steps:
        response = step()
        assert response.status_code in {200, 302}
        found.update(response.cookies)
    assert "Your password was changed" in client.get("/accounts/password/", secure=True).text
    return found


def test_cookies_obey_the_server_alone(production, li):
    """ASVS 3.3.1 to 3.3.4."""
    cookies = everything_set(Client())
    assert set(cookies) == {"__Host-session", "__Host-csrf", "__Host-language"}
    for cookie in cookies.values():
        assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_without_tls_cookies_are_still_out_of_scripts_reach(li):
    cookies = everything_set(Client())
    assert set(cookies) == {"sessionid", "csrftoken", "django_language"}
    assert all(cookie["httponly"] and cookie["samesite"] == "Lax" for cookie in cookies.values())


def test_production_speaks_tls_only(production, db):
    client = Client()
    response = client.get(LOGIN)
    assert (response.status_code, response["Location"]) == (301, "https://testserver/accounts/login/")
    assert client.get(LOGIN, headers={"Host": "evil.example"}).status_code == 400
    assert "max-age=31536000" in client.get(LOGIN, secure=True)["Strict-Transport-Security"]
