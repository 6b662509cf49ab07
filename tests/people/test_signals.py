"""What the trail keeps of who came, who left and who was turned away."""

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.contrib.sessions.models import Session

from audit.models import AuditEvent
from people.models import User
from tests.people.doors import LOGIN, actions, is_in, sign_in


def test_the_password_is_kept_nowhere(client, li, caplog):
    sign_in(client, password="Very-Secret-Words")
    sign_in(client, username="Very-Secret-Words", password="x")
    tables = (AuditEvent, AccessAttempt, AccessLog, AccessFailureLog, Session)
    stored = [str(row) for table in tables for row in table.objects.values()] + [caplog.text]
    assert AccessAttempt.objects.count() == 2
    assert actions() == ["session.refused", "session.refused"]
    assert "very-secret" not in "".join(stored).casefold()


def test_signing_out_is_a_post_and_ends_the_session_on_the_server(client, li):
    sign_in(client)
    cookie = client.cookies["sessionid"].value
    assert client.get("/accounts/logout/").status_code == 405
    response = client.post("/accounts/logout/")
    assert (response.status_code, response["Location"]) == (302, LOGIN)
    client.cookies["sessionid"] = cookie
    assert not is_in(client)
    assert actions() == ["session.started", "session.ended"]


def refusals():
    return [
        (event.subject_id, event.details)
        for event in AuditEvent.objects.filter(action="session.refused").order_by("pk")
    ]


@pytest.mark.parametrize("name", ["li", "ＬＩ ", "wang"])
def test_a_failed_attempt_names_the_account_only_when_there_is_one(client, li, name):
    client.post(LOGIN, {"username": name, "password": "wrong"})
    known = name != "wang"
    details = {"account": "li" if known else "unknown", "locked": False}
    assert refusals() == [(str(li.pk) if known else "", details)]


def test_the_attempt_that_met_the_lock_says_so(client, li):
    for _ in range(11):
        sign_in(client, password="wrong")
    assert [details["locked"] for _pk, details in refusals()] == [False] * 10 + [True]


@pytest.mark.parametrize("credentials", [{}, {"username": None}, {"username": 7}, {"username": "x" * 5000}])
def test_an_attempt_by_any_door_is_recorded_whatever_it_brings(db, credentials):
    user_login_failed.send(sender="test", credentials=credentials, request=None)
    assert refusals() == [("", {"account": "unknown", "locked": False})]


@pytest.mark.parametrize("user", [None, AnonymousUser()])
def test_nobody_leaves_no_trace(rf, db, user):
    user_logged_out.send(sender=User, user=user, request=rf.get("/"))
    assert actions() == []


def test_coming_in_is_recorded_as_ones_own_act(client, li):
    sign_in(client)
    event = AuditEvent.objects.get()
    assert (event.actor, event.subject_type, event.subject_id) == (li, "people.user", str(li.pk))
