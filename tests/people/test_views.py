"""What the pages of signing in, of one's password and tokens and of the accounts answer."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from people import selectors, services
from people.models import ApiToken, User
from tests.factories import UserFactory
from tests.people.doors import LOGIN, NEW, actions, audited, is_in, shown_password, sign_in


def test_a_new_account_gets_a_password_that_is_shown_once_and_must_be_changed(signed, sysadmin):
    response = signed(sysadmin).post("/people/new/", NEW)
    word = shown_password(response)
    user = User.objects.get(username="zhang")
    assert user.check_password(word)
    assert user.must_change_password
    assert timedelta(hours=71) < user.one_time_until - timezone.now() <= timedelta(hours=72)
    event = AuditEvent.objects.get(action="user.created")
    assert word not in str(AuditEvent.objects.values_list("changes", flat=True))
    assert (event.actor, event.details) == (
        sysadmin,
        {"username": "zhang", "staff_no": "A-77", "role": "account_manager"},
    )
    stranger = Client()
    assert stranger.post("/accounts/login/", {"username": "ZHANG", "password": word}).status_code == 302
    assert stranger.get("/")["Location"] == "/accounts/password/"


def test_extra_fields_change_nothing(signed, sysadmin):
    signed(sysadmin).post(
        "/people/new/", {**NEW, "is_active": "", "session_epoch": 7, "password": "x", "is_staff": "1"}
    )
    user = User.objects.get(username="zhang")
    assert (user.is_active, user.session_epoch, user.check_password("x")) == (True, 0, False)


def test_a_name_taken_meanwhile_is_said_on_the_page(signed, sysadmin, li, monkeypatch):
    monkeypatch.setattr(selectors, "is_taken", lambda **_: False)
    response = signed(sysadmin).post("/people/new/", {**NEW, "username": "li"})
    assert response.status_code == 422
    assert "已被占用" in response.text


def test_an_unknown_role_is_refused(signed, secadmin, li):
    assert signed(secadmin).post(f"/people/{li.pk}/role/", {"role": "god"}).status_code == 422
    assert User.objects.get(pk=li.pk).role == "account_manager"


def test_a_refused_act_is_shown_as_a_conflict(signed, sysadmin, li):
    signed(sysadmin).post(f"/people/{li.pk}/disable/", {"sure": "yes"})
    assert signed(sysadmin).post(f"/people/{li.pk}/disable/", {"sure": "yes"}).status_code == 409


def test_the_list_finds_by_name_number_role_and_state(signed, sysadmin, li):
    UserFactory(username="wang", name="王磊", is_active=False, staff_no="W9")
    client = signed(sysadmin)

    def names(**query):
        text = client.get("/people/", query).text
        return [name for name in ("李娜", "王磊") if name in text]

    assert names() == ["李娜", "王磊"]
    assert names(q="李") == ["李娜"]
    assert names(q="WANG") == ["王磊"]
    assert names(q="w9") == ["王磊"]
    assert names(state="disabled") == ["王磊"]
    assert names(role="auditor") == []
    assert names(role="god") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_queries(signed, sysadmin, count, django_assert_num_queries):
    UserFactory.create_batch(count)
    client = signed(sysadmin)
    client.get("/people/")
    with django_assert_num_queries(3):
        client.get("/people/")


def test_the_list_goes_on_after_fifty(signed, sysadmin):
    UserFactory.create_batch(60)
    client = signed(sysadmin)
    first = client.get("/people/").text
    last = first[: first.rindex('rel="next" href="')].count('id="account-')
    assert last == 50
    address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(f"/people/{address}").text.count('id="account-') == User.objects.count() - 50


def test_a_token_is_shown_once_and_only_its_digest_stored(signed, li):
    response = signed(li).post("/accounts/tokens/", {"name": "报表", "days": 30})
    secret = shown_password(response)
    token = ApiToken.objects.get()
    assert secret.startswith("gb_")
    assert secret not in str(ApiToken.objects.values().get())
    assert secret not in str(list(AuditEvent.objects.values()))
    assert secret not in signed(li).get("/accounts/tokens/").text
    answer = Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"})
    assert (answer.status_code, answer.json()["username"]) == (200, "li")
    signed(li).post(f"/accounts/tokens/{token.pk}/revoke/", {"sure": "yes"})
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).status_code == 401
    assert audited() == ["token.created", "token.revoked"]


def test_somebody_elses_token_looks_absent_but_not_to_the_system_administrator(signed, li, sysadmin):
    token = services.token_create(actor=li, name="x", days=1).token
    assert (
        signed(UserFactory()).post(f"/accounts/tokens/{token.pk}/revoke/", {"sure": "yes"}).status_code == 404
    )
    assert signed(sysadmin).post(f"/accounts/tokens/{token.pk}/revoke/", {"sure": "yes"}).status_code == 302
    assert ApiToken.objects.get().revoked_at is not None


def test_the_right_password_lets_in_and_goes_home(client, li):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_in(client)
    assert actions() == ["session.started"]


@pytest.mark.parametrize("name", ["LI", "ｌｉ", " li ", "Ｌｉ"])
def test_the_name_counts_whatever_its_case_and_width(client, li, name):
    sign_in(client, username=name)
    assert is_in(client)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_speaks_both_languages(client, db, language):
    client.post("/language/", {"language": language, "next": LOGIN})
    text = client.get(LOGIN).text
    assert ("登录" in text) == (language == "zh-hans")
    assert ("Sign in" in text) == (language == "en")
    assert f'<html lang="{"zh-hans" if language == "zh-hans" else "en"}' in text


def test_the_session_gets_a_new_name_at_sign_in(client, li):
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


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


@pytest.mark.parametrize(("act", "said"), [
    ("disable", "停用"), ("end-sessions", "强制"), ("reset-password", "重置")
])  # fmt: skip
def test_what_ends_somebodys_access_asks_first(signed, sysadmin, li, act, said):
    before = User.objects.filter(pk=li.pk).values().get()
    page = signed(sysadmin).post(f"/people/{li.pk}/{act}/")
    assert (page.status_code, f"{said}{li}" in page.text) == (200, True)
    assert User.objects.filter(pk=li.pk).values().get() == before
    assert audited() == []
