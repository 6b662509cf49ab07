"""Signing in, out, being locked out, being away too long."""

import re
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from people.models import User
from tests.factories import UserFactory

PASSWORD = "Quiet-Rivers-1949"
LOGIN = "/accounts/login/"
GENERIC = "用户名或密码不正确"


@pytest.fixture
def li(db):
    user = UserFactory(username="li", name="李娜")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, username="li", password=PASSWORD, **extra):
    return client.post(LOGIN, {"username": username, "password": password, **extra})


def is_in(client):
    return client.get("/accounts/password/").status_code == 200


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_the_right_password_lets_in_and_goes_home(client, li):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_in(client)
    assert actions() == ["session.started"]


@pytest.mark.parametrize("name", ["LI", "ｌｉ", " li ", "Ｌｉ"])
def test_the_name_counts_whatever_its_case_and_width(client, li, name):
    sign_in(client, username=name)
    assert is_in(client)


def test_create_user_folds_the_name(db):
    assert (
        User.objects.create_user("ＺＨＡＮＧ ", staff_no="9", name="张", role="auditor").username == "zhang"
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_speaks_both_languages(client, db, language):
    client.post("/language/", {"language": language, "next": LOGIN})
    text = client.get(LOGIN).text
    assert ("登录" in text) == (language == "zh-hans")
    assert ("Sign in" in text) == (language == "en")
    assert f'<html lang="{"zh-hans" if language == "zh-hans" else "en"}' in text


def test_wrong_unknown_and_disabled_look_the_same(client, li):
    disabled = UserFactory(username="gone", is_active=False)
    disabled.set_password(PASSWORD)
    disabled.save()
    pages = [
        sign_in(client, *pair)
        for pair in (("li", "no"), ("nobody", "no"), ("gone", PASSWORD), ("gone", "no"))
    ]
    plain = {
        re.sub(r'(name="csrfmiddlewaretoken" value|value|nonce)="[^"]*"', "", page.text) for page in pages
    }
    assert {page.status_code for page in pages} == {200}
    assert len(plain) == 1
    assert GENERIC in plain.pop()


def test_an_unknown_name_costs_a_password_hash_too(client, li, mocker_hash):
    sign_in(client, "nobody", "no")
    unknown = mocker_hash()
    sign_in(client, "li", "no")
    assert unknown == mocker_hash() == 1


@pytest.fixture
def mocker_hash(monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    calls = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: calls.append(1) or plain(*args))

    def count():
        found = len(calls)
        calls.clear()
        return found

    return count


def test_the_password_is_kept_nowhere(client, li, caplog):
    sign_in(client, password="Very-Secret-Words")
    sign_in(client, username="Very-Secret-Words", password="x")
    tables = (AuditEvent, AccessAttempt, AccessLog, AccessFailureLog, Session)
    stored = [str(row) for table in tables for row in table.objects.values()] + [caplog.text]
    assert AccessAttempt.objects.count() == 2
    assert actions() == ["session.refused", "session.refused"]
    assert "very-secret" not in "".join(stored).casefold()


def test_ten_wrong_guesses_under_any_spelling_lock_the_name(client, li):
    names = ["li", "LI", "ｌｉ", " Li"]
    answers = [sign_in(client, names[n % 4], "wrong").status_code for n in range(10)]
    assert answers == [200] * 9 + [429]
    locked = sign_in(client)
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 15 * 60
    assert "分钟" in locked.text
    assert not is_in(client)


def test_other_browsers_and_addresses_share_the_counter(client, li):
    def guess(n):
        return client.post(
            LOGIN,
            {"username": "li", "password": "wrong"},
            headers={
                "User-Agent": f"browser {n}",
                "X-Forwarded-For": f"10.1.1.{n}",
                "Forwarded": f"for=10.2.2.{n}",
            },
            REMOTE_ADDR=f"10.0.0.{n}",
        ).status_code

    assert [guess(n) for n in range(10)] == [200] * 9 + [429]
    assert sign_in(client).status_code == 429


def test_the_lock_looks_the_same_for_a_name_that_does_not_exist(client, db):
    for _ in range(10):
        answer = sign_in(client, "ghost", "wrong")
    assert answer.status_code == 429


def test_the_lock_opens_after_a_quarter_of_an_hour_even_under_fire(client, li):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(10):
            sign_in(client, password="wrong")
        clock.shift(timedelta(minutes=14))
        assert sign_in(client, password="wrong").status_code == 429
        clock.shift(timedelta(minutes=2))
        assert sign_in(client).status_code == 302


def test_the_lock_of_one_name_leaves_the_others_alone(client, li):
    for _ in range(10):
        sign_in(client, "wang", "wrong")
    assert sign_in(client).status_code == 302


def test_the_session_gets_a_new_name_at_sign_in(client, li):
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_is_a_post_and_ends_the_session_on_the_server(client, li):
    sign_in(client)
    cookie = client.cookies["sessionid"].value
    assert client.get("/accounts/logout/").status_code == 405
    response = client.post("/accounts/logout/")
    assert (response.status_code, response["Location"]) == (302, LOGIN)
    client.cookies["sessionid"] = cookie
    assert not is_in(client)
    assert actions() == ["session.started", "session.ended"]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_leads_nowhere_else(client, li, target):
    assert sign_in(client, next=target)["Location"] == "/"


def test_next_leads_back_inside(client, li):
    assert sign_in(client, next="/accounts/password/")["Location"] == "/accounts/password/"


def test_a_strange_host_is_refused(client, db):
    assert client.get(LOGIN, headers={"host": "evil.example"}).status_code == 400


def test_sign_in_needs_the_csrf_token(li):
    from django.test import Client

    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


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


def test_a_one_time_password_lapses(client, li):
    User.objects.filter(pk=li.pk).update(one_time_until=timezone.now() - timedelta(seconds=1))
    response = sign_in(client)
    assert response.status_code == 200
    assert GENERIC in response.text


def test_whoever_got_a_password_must_choose_his_own_first(client, li):
    User.objects.filter(pk=li.pk).update(must_change_password=True)
    sign_in(client)
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, reverse("people:password"))
    assert client.get(reverse("people:password")).status_code == 200
    client.post(reverse("people:password"), new_password(PASSWORD))
    assert is_in(client)


def new_password(current, new="Broad-Valleys-2027"):
    return {"current_password": current, "new_password1": new, "new_password2": new}


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


@pytest.mark.parametrize(
    "new",
    ["Short-1", "password1234", "gridbank-for-ever", "平塘农商银行二零二七年", "493710285617", PASSWORD],
)
def test_weak_or_unchanged_passwords_are_refused(client, li, new):
    sign_in(client)
    assert client.post(reverse("people:password"), new_password(PASSWORD, new)).status_code == 422
    assert User.objects.get(pk=li.pk).check_password(PASSWORD)


def test_long_passwords_of_any_script_are_kept_whole(client, li):
    new = "山高水长" * 20 + "🌾"
    sign_in(client)
    client.post(reverse("people:password"), new_password(PASSWORD, new))
    client.post("/accounts/logout/")
    assert sign_in(client, password=new[:-1]).status_code == 200
    assert sign_in(client, password=new).status_code == 302


def test_the_current_password_is_needed_and_guesses_are_counted(client, li):
    sign_in(client)
    answers = [client.post(reverse("people:password"), new_password("wrong")).status_code for _ in range(10)]
    assert answers == [422] * 9 + [429]
    kept = "".join(row.post_data for row in AccessAttempt.objects.all())
    assert "Broad-Valleys" not in kept
    assert User.objects.get(pk=li.pk).check_password(PASSWORD)
