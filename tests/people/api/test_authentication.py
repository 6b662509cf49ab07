"""Which token opens the API."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from people import services
from people.addresses import address_of
from people.models import ApiToken


def test_an_expired_token_opens_nothing(li):
    secret = services.token_create(actor=li, name="x", days=1).secret
    ApiToken.objects.update(expires_at=timezone.now())
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "gb_é", "gb_" + "x" * 10000, "gb_\x00"])
def test_a_made_up_token_is_refused(db, token):
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {token}"}).status_code == 401


def test_a_token_shows_when_and_from_where_it_was_used_last(client, li, django_assert_num_queries):
    made = services.token_create(actor=li, name="x", days=1)
    headers = {"Authorization": f"Token {made.secret}"}
    client.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    assert "从未" in client.get("/accounts/tokens/").text
    assert Client(headers=headers).get("/api/v1/me/", REMOTE_ADDR="10.1.2.3").status_code == 200
    made.token.refresh_from_db()
    assert made.token.last_used_from == "10.1.2.3"
    assert timezone.now() - made.token.last_used_at < timedelta(seconds=10)
    assert "10.1.2.3" in client.get("/accounts/tokens/").text
    # not again within the minute, unless from elsewhere
    with django_assert_num_queries(1):
        Client(headers=headers).get("/api/v1/me/", REMOTE_ADDR="10.1.2.3")
    Client(headers=headers).get("/api/v1/me/", REMOTE_ADDR="10.9.9.9")
    made.token.refresh_from_db()
    assert made.token.last_used_from == "10.9.9.9"
    before = timezone.now() - timedelta(minutes=2)
    ApiToken.objects.update(last_used_at=before)
    Client(headers=headers).get("/api/v1/me/", REMOTE_ADDR="10.9.9.9")
    made.token.refresh_from_db()
    assert made.token.last_used_at > before


@pytest.mark.parametrize(
    ("production", "forwarded", "found"),
    [
        (False, "1.1.1.1", "127.0.0.1"), (True, "1.1.1.1", "1.1.1.1"), (True, "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        (True, None, "127.0.0.1"), (True, "a name", None), (True, "::1", "::1"),
    ],
)  # fmt: skip
def test_only_the_proxy_in_front_is_believed(settings, production, forwarded, found):
    settings.PRODUCTION = production
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR="127.0.0.1")) == found


def test_whoever_comes_past_the_proxies_is_not_believed(settings):
    settings.PRODUCTION = True
    asked = RequestFactory().get("/", headers={"X-Forwarded-For": "1.1.1.1"}, REMOTE_ADDR="10.0.0.1")
    assert address_of(asked) == "10.0.0.1"
    for proxies, near in (("10.0.0.1, 10.0.0.2", "10.0.0.2"), ("*", "10.0.0.1"), ("127.0.0.1", "")):
        settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"proxies": proxies})
        asked = RequestFactory().get("/", headers={"X-Forwarded-For": "1.1.1.1"}, REMOTE_ADDR=near)
        assert address_of(asked) == "1.1.1.1"
