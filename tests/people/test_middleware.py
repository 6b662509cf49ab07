"""Sessions that end, and routes that are closed unless declared open."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gridbank.access import public
from people.access import allow, before_password_change
from people.enums import Role
from people.middleware import SEEN_EVERY_SECONDS, AccessMiddleware
from people.models import User
from tests.factories import UserFactory
from tests.people.doors import PASSWORD, actions, is_in, new_password, sign_in


def test_away_for_a_quarter_of_an_hour_means_out(client, li):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client)
        assert is_in(client)
        for _ in range(3):
            clock.shift(timedelta(minutes=14))
            assert is_in(client)
        clock.shift(timedelta(minutes=16))
        assert not is_in(client)


def test_eight_hours_are_the_end_however_busy(client, li):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client)
        assert is_in(client)
        for _ in range(48):
            clock.shift(timedelta(minutes=10))
            is_in(client)
        assert is_in(client)
        clock.shift(timedelta(minutes=1))
        assert not is_in(client)


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"role": "auditor"}, {"session_epoch": 1}, {"password": "!"}]
)
def test_a_changed_account_is_out_on_the_next_request(client, li, change):
    sign_in(client)
    User.objects.filter(pk=li.pk).update(**change)
    assert not is_in(client)


def test_whoever_got_a_password_must_choose_his_own_first(client, li):
    User.objects.filter(pk=li.pk).update(must_change_password=True)
    sign_in(client)
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, reverse("people:password"))
    assert client.get(reverse("people:password")).status_code == 200
    client.post(reverse("people:password"), new_password(PASSWORD))
    assert is_in(client)


def page(request):
    return HttpResponse("inside")


def decide(rf, view, user=None, **request):
    """Return what the middleware answers in the view's place, None when it lets the view run."""
    asked = rf.get("/somewhere/?a=1")
    asked.user = user or AnonymousUser()
    for name, value in request.items():
        setattr(asked, name, value)
    return AccessMiddleware(lambda _request: HttpResponse()).process_view(asked, view, (), {})


def test_a_view_that_declares_nothing_is_a_mistake_and_never_runs(rf):
    """Even for somebody who would see everything: whoever forgot the declaration must notice."""
    with pytest.raises(ImproperlyConfigured, match=r"tests\.people\.test_middleware\.page declares no roles"):
        decide(rf, page, UserFactory.build(role=Role.HEAD_OFFICE))


def test_a_public_view_is_open_to_strangers_and_an_api_view_decides_for_itself(rf):
    class Api:
        cls = object

    assert decide(rf, public(lambda request: request)) is None
    assert decide(rf, Api()) is None


@pytest.mark.django_db
@pytest.mark.parametrize("role", [*Role, "inspector"])
def test_a_role_that_is_not_declared_is_refused(rf, role):
    view = allow(Role.AUDITOR, Role.BRANCH_MANAGER)(lambda request: request)
    answer = decide(rf, view, UserFactory.build(role=role), session={})
    if role in {Role.AUDITOR, Role.BRANCH_MANAGER}:
        assert answer is None
    else:
        assert answer.status_code == 403


def test_a_stranger_signs_in_first_and_comes_back_to_where_he_was(rf):
    answer = decide(rf, allow(Role)(lambda request: request))
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/accounts/login/?next=/somewhere/%3Fa%3D1",
    )


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(client, db):
    """A sign-in form inside somebody's list would be no way in."""
    answer = client.get("/people/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/")


def test_a_given_password_leaves_open_only_what_says_so(rf):
    user = UserFactory.build(role=Role.AUDITOR, must_change_password=True)
    view = allow(Role.AUDITOR)(lambda request: request)
    assert decide(rf, view, user)["Location"] == "/accounts/password/"
    assert decide(rf, before_password_change(view), user) is None
    # the role is asked first: a page that isn't his tells nothing
    other = UserFactory.build(role=Role.SECADMIN, must_change_password=True)
    assert decide(rf, before_password_change(view), other).status_code == 403


def test_the_very_last_second_still_counts(client, li, settings):
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        sign_in(client)
        assert is_in(client)
        clock.shift(timedelta(seconds=settings.SESSION_IDLE_SECONDS))
        assert is_in(client)
        clock.shift(timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1))
        assert not is_in(client)


def test_being_here_is_noted_once_a_minute_not_with_every_request(client, li, django_assert_max_num_queries):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client)
        assert is_in(client)
        seen = client.session["seen_at"]
        clock.shift(timedelta(seconds=SEEN_EVERY_SECONDS - 1))
        assert is_in(client)
        assert client.session["seen_at"] == seen
        clock.shift(timedelta(seconds=1))
        assert is_in(client)
        assert client.session["seen_at"] == seen + SEEN_EVERY_SECONDS


def test_whoever_was_away_too_long_leaves_a_line_in_the_trail(client, li):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client)
        is_in(client)
        clock.shift(timedelta(hours=1))
        is_in(client)
    assert actions() == ["session.started", "session.ended"]


def test_a_stranger_gets_no_session(db):
    stranger = Client()
    stranger.get("/")
    assert "sessionid" not in stranger.cookies
