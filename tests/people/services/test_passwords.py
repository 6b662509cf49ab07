"""One's own password, and the one-time ones that others hand out."""

import re
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from people import services
from people.models import User
from people.services.passwords import ONE_TIME_FOR, give_one_time
from tests.people.doors import PASSWORD, actions, is_in, new_password, sign_in


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(client, li, django_user_model):
    from django.test import Client

    other = Client()
    sign_in(other)
    sign_in(client)
    response = client.post(reverse("people:password"), new_password(PASSWORD))
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_in(client)
    assert not is_in(other)
    assert actions()[-1] == "user.password_changed"
    assert get_user_model().objects.get(pk=li.pk).check_password("Broad-Valleys-2027")


def test_a_new_password_ends_the_tokens_that_somebody_may_have_taken(client, li):
    secret = services.token_create(actor=li, name="x", days=1).secret
    asked = {"headers": {"Authorization": f"Token {secret}"}}
    assert client.get("/api/v1/me/", **asked).status_code == 200
    sign_in(client)
    client.post(reverse("people:password"), new_password(PASSWORD))
    client.post("/accounts/logout/")
    assert client.get("/api/v1/me/", **asked).status_code == 401
    assert AuditEvent.objects.get(action="user.password_changed").details == {"tokens_revoked": 1}


def test_long_passwords_of_any_script_are_kept_whole(client, li):
    new = "山高水长" * 20 + "🌾"
    sign_in(client)
    client.post(reverse("people:password"), new_password(PASSWORD, new))
    client.post("/accounts/logout/")
    assert sign_in(client, password=new[:-1]).status_code == 200
    assert sign_in(client, password=new).status_code == 302


def test_a_one_time_password_can_be_read_out_and_is_long_enough(li):
    """Sixteen letters of thirty-one: nobody guesses it in three days, nobody mistakes an l for a 1."""
    given = {give_one_time(li) for _ in range(50)}
    assert len(given) == 50
    for password in given:
        assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", password)


def test_a_one_time_password_is_the_callers_to_save(li):
    password = give_one_time(li)
    assert li.check_password(password)
    assert li.must_change_password
    assert abs(li.one_time_until - timezone.now() - ONE_TIME_FOR) < timedelta(minutes=1)
    li.refresh_from_db()
    assert li.check_password(PASSWORD)
    assert not li.must_change_password


def test_a_password_of_ones_own_ends_what_the_one_time_password_began(li):
    give_one_time(li)
    li.save()
    before = li.password_changed_at
    services.password_change(actor=li, password="Broad-Valleys-2027")
    li.refresh_from_db()
    assert (li.must_change_password, li.one_time_until) == (False, None)
    assert li.password_changed_at > before
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.details) == ("user.password_changed", li, {"tokens_revoked": 0})


def test_only_the_password_is_written(li):
    """Somebody changed the role meanwhile: a stale form must not put it back."""
    User.objects.filter(pk=li.pk).update(role="branch_manager", session_epoch=7)
    services.password_change(actor=li, password="Broad-Valleys-2027")
    li.refresh_from_db()
    assert (li.role, li.session_epoch) == ("branch_manager", 7)
