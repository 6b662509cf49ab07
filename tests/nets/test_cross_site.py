"""What another site makes a signed-in browser send: nothing of it is done, whichever route it aims at."""

import json

import pytest
from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.utils import timezone

from people.models import ApiToken
from people.tokens import new_token, token_digest
from tests.nets.site import BACKEND, METHODS, READERS, ROUTES, SAFE, Route, World, snapshot

pytestmark = pytest.mark.once

UNSAFE = [method for method in METHODS if method not in SAFE]
API = [route for route in ROUTES if route.is_api]
# takes a form, since it takes a file: what a session sends needs the site's token there, and a token no site has
FORMS = {"batch-bring"}
FOREIGN = {"HTTP_ORIGIN": "https://evil.example"}


def browser(world: World, route: Route) -> tuple[Client, str]:
    """Return the browser of somebody whom the route admits, and the token that only the site's own pages know."""
    client, token = Client(enforce_csrf_checks=True), _get_new_csrf_string()
    client.cookies[settings.CSRF_COOKIE_NAME] = token
    name = next((name for name in READERS if route.admits(world.person(name))), None)
    if name and route.name != "people:login":
        client.force_login(world.person(name), backend=BACKEND)
    return client, token


def send(client: Client, method: str, address: str, **headers: str) -> int:
    body = json.dumps({"name": "x", "visits": []})
    return getattr(client, method)(address, body, content_type="application/json", **headers).status_code


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_without_the_sites_token_nothing_is_done(world: World, route: Route):
    address = route.url(world.kwargs(route))
    client, _token = browser(world, route)
    before = snapshot()
    # what takes a form looks for the token in it: JSON is refused for what it is
    refused = {"post": 415} if route.name in FORMS else {}
    wanted = dict.fromkeys(UNSAFE, 403) | refused
    assert {method: send(client, method, address) for method in UNSAFE} == wanted
    form = {"csrfmiddlewaretoken": "x" * 64, "next": "https://evil.example/"}
    assert client.post(address, form).status_code == (
        415 if route.is_api and route.name not in FORMS else 403
    )
    assert snapshot() == before


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_with_a_stolen_token_but_from_another_origin_nothing_is_done(world: World, route: Route):
    address = route.url(world.kwargs(route))
    client, token = browser(world, route)
    before = snapshot()
    sent = {method: send(client, method, address, HTTP_X_CSRFTOKEN=token, **FOREIGN) for method in UNSAFE}
    assert sent == dict.fromkeys(UNSAFE, 403)
    assert snapshot() == before


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_sites_own_pages_get_through(world: World, route: Route, caplog):
    """Otherwise the two above would prove nothing."""
    address = route.url(world.kwargs(route))
    client, token = browser(world, route)
    answer = client.post(address, "{}", content_type="application/json", HTTP_X_CSRFTOKEN=token)
    assert "CSRF Failed" not in answer.text
    assert [record.message for record in caplog.records if record.name == "django.security.csrf"] == []


@pytest.mark.parametrize("route", API, ids=str)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_the_api_takes_json_only(world: World, route: Route, kind: str):
    """A form of another site can send these three without asking; JSON it can't."""
    name = next(name for name in READERS if route.admits(world.person(name)))
    secret = new_token()
    ApiToken.objects.create(
        user=world.person(name), name="t", digest=token_digest(secret),
        expires_at=timezone.now() + timezone.timedelta(days=1),
    )  # fmt: skip
    address = route.url(world.kwargs(route))
    before = snapshot()
    answer = Client().post(
        address,
        '{"visits": []}',
        content_type=kind,
        HTTP_AUTHORIZATION=f"Token {secret}",
        HTTP_HOST="testserver",
    )
    assert answer.status_code in (
        {400} if route.name in FORMS and kind.startswith("multipart") else {405, 415}
    )
    # that the token was shown is kept
    used = {"people.ApiToken": None}
    assert snapshot() | used == before | used
