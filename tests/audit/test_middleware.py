"""What a request leaves behind: a refusal one row of the trail, what it read one of the read log."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from audit.middleware import ReadingMiddleware, key_kept
from audit.models import Reading
from gridbank.context import note_archive, request_scope
from tests.factories import UserFactory


def view(_request):
    return None


def quiet(_request):
    return None


quiet.tells_nothing = True


def ask(func=view, *, status=200, auth=None, user=None):
    request = RequestFactory().get("/")
    request.user = user or UserFactory()
    request.resolver_match = SimpleNamespace(view_name="customers:list", func=func, kwargs={})
    if auth is not None:
        request.auth = auth

    def answer(_request):
        note_archive("customers.household", 7)
        return HttpResponse(status=status)

    with request_scope("abc"):
        return ReadingMiddleware(answer)(request)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "rows"), [(200, 1), (201, 1), (422, 1), (302, 0), (403, 0), (404, 0), (409, 0), (503, 0)]
)
def test_only_an_answer_that_shows_something_is_a_reading(status, rows):
    ask(status=status)
    assert Reading.objects.count() == rows


@pytest.mark.django_db
def test_the_token_stands_beside_the_person():
    user = UserFactory()
    ask(user=user, auth=SimpleNamespace(pk=5))
    row = Reading.objects.get()
    assert (row.actor, row.token, row.route, row.first) == (user, 5, "customers:list", 7)


@pytest.mark.django_db
def test_a_view_that_tells_nothing_of_what_it_loads_leaves_none():
    ask(quiet)
    assert not Reading.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_written_down_is_not_read(monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError

    monkeypatch.setattr(Reading, "save", full)
    with pytest.raises(OSError):
        ask()


@pytest.mark.parametrize(
    "key",
    [
        "13812345678",
        "110101199003070038",
        "a-6222021234567890128",
        "1" * 80,
        "138-1234-5678",
        "522727-19661227-9006",
        "5227271966_1227900X",
        "1381234567８",
    ],
)
def test_a_key_that_may_be_somebodys_number_is_kept_as_a_digest(key):
    kept = key_kept(key)
    assert key[:11] not in kept
    assert kept == key_kept(key)
    assert kept != key_kept(f"{key}1")
    assert len(kept) == 17


@pytest.mark.parametrize("key", ["1", "1234567890", "2026-10", "8f14e45f-ceea-467f-9b1c-2a1b3c4d5e6f"])
def test_any_other_key_is_kept_as_it_is(key):
    assert key_kept(key) == key
