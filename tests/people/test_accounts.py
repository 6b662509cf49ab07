"""Accounts: what each of the three officers may do, and what nobody may."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from people import selectors, services
from people.enums import Role
from people.models import ApiToken, User
from tests.factories import UserFactory

PASSWORD = "Quiet-Rivers-1949"
NEW = {"username": "zhang", "staff_no": "A-77", "name": "张伟", "role": "account_manager"}


@pytest.fixture
def officers(db):
    return {
        role: UserFactory(username=role.value, role=role)
        for role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
    }


@pytest.fixture
def sysadmin(officers):
    return officers[Role.SYSADMIN]


@pytest.fixture
def secadmin(officers):
    return officers[Role.SECADMIN]


@pytest.fixture
def li(db):
    user = UserFactory(username="li", name="李娜")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def signed(client):
    def signed_in_as(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        AuditEvent.objects.count()
        return client

    return signed_in_as


def audited():
    return list(AuditEvent.objects.exclude(action__startswith="session.").values_list("action", flat=True))


def shown_password(response):
    text = response.text
    start = text.index("data-one-time>") + len("data-one-time>")
    return text[start : text.index("<", start)]


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


def test_one_time_passwords_differ(sysadmin):
    made = [
        services.account_create(actor=sysadmin, **{**NEW, "username": f"z{n}", "staff_no": f"{n}"})
        for n in range(3)
    ]
    assert len({password for _, password in made}) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"username": "li"},
        {"username": "ＬＩ"},
        {"staff_no": "T-LI"},
        {"username": ""},
        {"username": "a b"},
        {"username": "<script>"},
        {"name": ""},
        {"role": "auditor"},
        {"role": "god"},
        {"staff_no": "1\n"[:1] + "；"},
    ],
)
def test_bad_accounts_are_refused_with_a_reason(signed, sysadmin, li, change):
    User.objects.filter(pk=li.pk).update(staff_no="T-LI")
    before = User.objects.count()
    response = signed(sysadmin).post("/people/new/", {**NEW, **change})
    assert response.status_code == 422
    assert "field__error" in response.text or "alert--bad" in response.text
    assert (User.objects.count(), audited()) == (before, [])


def test_extra_fields_change_nothing(signed, sysadmin):
    signed(sysadmin).post(
        "/people/new/", {**NEW, "is_active": "", "session_epoch": 7, "password": "x", "is_staff": "1"}
    )
    user = User.objects.get(username="zhang")
    assert (user.is_active, user.session_epoch, user.check_password("x")) == (True, 0, False)


def test_the_service_refuses_an_officers_role_too(sysadmin):
    with pytest.raises(Refused):
        services.account_create(actor=sysadmin, **{**NEW, "role": "sysadmin"})


WRONG = [
    ({"username": ""}, "username"),
    ({"username": "a b"}, "username"),
    ({"username": "<script>"}, "username"),
    ({"username": "x" * 61}, "username"),
    ({"staff_no": ""}, "staff_no"),
    ({"staff_no": "；"}, "staff_no"),
    ({"staff_no": "1" * 21}, "staff_no"),
    ({"name": " "}, "name"),
    ({"name": "张" * 61}, "name"),
    ({"name": "张 13800138000"}, "name"),
    ({"role": "auditor"}, "role"),
    ({"role": "god"}, "role"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_page_row_and_service_refuse_the_same(signed, sysadmin, change, field):
    row = services.AccountRow(**{**NEW, **change})
    assert set(services.account_faults(actor=sysadmin, row=row)) == {field}
    response = signed(sysadmin).post("/people/new/", {**NEW, **change})
    assert set(response.context["form"].errors) == {field}
    for call in (
        lambda: services.account_check(actor=sysadmin, row=row),
        lambda: services.account_create(actor=sysadmin, **{**NEW, **change}),
        lambda: services.accounts_bulk_create(actor=sysadmin, rows=[services.AccountRow(**NEW), row]),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.field == field
    assert not User.objects.filter(staff_no=NEW["staff_no"]).exists()


def test_a_row_is_checked_without_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        row = services.AccountRow("ＺＨＡＮＧ", " A-7 ", " 张伟 ", "auditor")
        user = services.account_check(actor=None, row=row)
    assert (user.pk, user.username, user.staff_no, user.name) == (None, "zhang", "A-7", "张伟")


def test_many_accounts_are_opened_together_or_not_at_all(sysadmin):
    rows = [services.AccountRow(f"z{n}", f"Z{n}", "张伟", "account_manager") for n in range(3)]
    with pytest.raises(Refused, match="已被占用"):
        services.accounts_bulk_create(actor=sysadmin, rows=[*rows, rows[0]])
    with pytest.raises(Refused, match="z0: "):
        services.accounts_bulk_create(actor=sysadmin, rows=[rows[0]._replace(role="secadmin")])
    assert audited() == []
    users = services.accounts_bulk_create(actor=sysadmin, rows=rows)
    assert [(user.pk is not None, user.has_usable_password()) for user in users] == [(True, False)] * 3
    assert audited() == ["user.bulk_created"]


def test_a_name_taken_meanwhile_is_said_on_the_page(signed, sysadmin, li, monkeypatch):
    monkeypatch.setattr(selectors, "is_taken", lambda **_: False)
    response = signed(sysadmin).post("/people/new/", {**NEW, "username": "li"})
    assert response.status_code == 422
    assert "已被占用" in response.text


def test_the_server_room_may_make_the_first_officer(db):
    made = services.account_create(actor=None, **{**NEW, "role": "sysadmin"})
    assert made.user.role == "sysadmin"
    assert AuditEvent.objects.get().actor is None


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSADMIN])
def test_only_the_system_administrator_keeps_accounts(li, role):
    actor = UserFactory(role=role)
    calls = [
        lambda: services.account_create(actor=actor, **NEW),
        lambda: services.account_disable(actor=actor, user=li),
        lambda: services.account_enable(actor=actor, user=li),
        lambda: services.sessions_end(actor=actor, user=li),
        lambda: services.password_reset(actor=actor, user=li),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    assert audited() == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECADMIN])
def test_only_the_security_administrator_changes_roles(li, role):
    with pytest.raises(PermissionDenied):
        services.role_change(actor=UserFactory(role=role), user=li, role="auditor")
    assert User.objects.get(pk=li.pk).role == "account_manager"


def test_disabling_cuts_sessions_and_tokens_at_once(signed, sysadmin, li):
    secret = services.token_create(actor=li, name="x", days=1).secret
    his = Client()
    his.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    api = {"Authorization": f"Token {secret}"}
    assert (
        his.get("/accounts/tokens/").status_code,
        Client().get("/api/v1/me/", headers=api).status_code,
    ) == (200, 200)
    response = signed(sysadmin).post(f"/people/{li.pk}/disable/")
    assert (response.status_code, response["Location"]) == (302, f"/people/{li.pk}/")
    assert his.get("/accounts/tokens/").status_code == 302
    assert Client().get("/api/v1/me/", headers=api).status_code == 401
    assert Client().post("/accounts/login/", {"username": "li", "password": PASSWORD}).status_code == 200
    signed(sysadmin).post(f"/people/{li.pk}/enable/")
    assert Client().get("/api/v1/me/", headers=api).status_code == 401
    assert Client().post("/accounts/login/", {"username": "li", "password": PASSWORD}).status_code == 302
    assert audited() == ["token.created", "user.disabled", "user.enabled"]


def test_ending_sessions_signs_out_and_revokes_tokens(signed, sysadmin, li):
    secret = services.token_create(actor=li, name="x", days=1).secret
    his = Client()
    his.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    signed(sysadmin).post(f"/people/{li.pk}/end-sessions/")
    assert his.get("/accounts/tokens/").status_code == 302
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).status_code == 401
    assert AuditEvent.objects.get(action="user.sessions_ended").details == {"tokens_revoked": 1}


def test_a_reset_password_works_once_and_the_old_one_not(signed, sysadmin, li):
    word = shown_password(signed(sysadmin).post(f"/people/{li.pk}/reset-password/"))
    assert Client().post("/accounts/login/", {"username": "li", "password": PASSWORD}).status_code == 200
    his = Client()
    assert his.post("/accounts/login/", {"username": "li", "password": word}).status_code == 302
    assert his.get("/")["Location"] == "/accounts/password/"
    assert word not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("role", [Role.SECADMIN, Role.AUDITOR])
def test_nobody_becomes_an_officer_by_resetting_his_password(officers, sysadmin, role):
    with pytest.raises(Refused):
        services.password_reset(actor=sysadmin, user=officers[role])
    assert services.password_reset(actor=None, user=officers[role]).user.must_change_password


def test_a_new_role_holds_from_the_next_request(signed, secadmin, li):
    secret = services.token_create(actor=li, name="x", days=1).secret
    his = Client()
    his.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    signed(secadmin).post(f"/people/{li.pk}/role/", {"role": "branch_manager"})
    assert his.get("/accounts/tokens/").status_code == 302
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).status_code == 401
    event = AuditEvent.objects.get(action="user.role_changed")
    assert event.details == {"role": ["account_manager", "branch_manager"]}


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_nobody_becomes_an_officer_by_a_password_that_another_handed_out(
    signed, sysadmin, secadmin, officers, role
):
    """A14: the system administrator knows the one-time password; he would be two officers at once."""
    made = services.account_create(actor=sysadmin, **NEW)
    address = f"/people/{made.user.pk}/role/"
    assert signed(secadmin).post(address, {"role": role}).status_code == 409
    assert User.objects.get(pk=made.user.pk).role == NEW["role"]
    services.password_change(actor=made.user, password="Broad-Valleys-2027")
    assert signed(secadmin).post(address, {"role": role}).status_code == 302


def test_an_unknown_role_is_refused(signed, secadmin, li):
    assert signed(secadmin).post(f"/people/{li.pk}/role/", {"role": "god"}).status_code == 422
    assert User.objects.get(pk=li.pk).role == "account_manager"


def test_the_database_knows_the_roles(li):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=li.pk).update(role="sysadmin,auditor")


def test_nobody_serves_himself(officers, sysadmin, secadmin):
    UserFactory(role=Role.SYSADMIN), UserFactory(role=Role.SECADMIN)
    for call in (
        lambda: services.account_disable(actor=sysadmin, user=sysadmin),
        lambda: services.password_reset(actor=sysadmin, user=sysadmin),
        lambda: services.role_change(actor=secadmin, user=secadmin, role="head_office"),
    ):
        with pytest.raises(Refused):
            call()
    assert audited() == []


def test_the_last_officer_of_each_kind_stays(officers, sysadmin, secadmin):
    with pytest.raises(Refused):
        services.account_disable(actor=sysadmin, user=officers[Role.AUDITOR])
    with pytest.raises(Refused):
        services.role_change(actor=secadmin, user=sysadmin, role="head_office")
    second = UserFactory(role=Role.SYSADMIN)
    services.role_change(actor=secadmin, user=sysadmin, role="head_office")
    with pytest.raises(Refused):
        services.role_change(actor=secadmin, user=second, role="head_office")


@pytest.mark.django_db(transaction=True)
def test_the_last_two_officers_can_not_go_at_once():
    """Each act is allowed by itself; the second must see what the first has done, and neither may starve the other."""
    keepers = [UserFactory(role=Role.SYSADMIN) for _ in range(2)]
    secadmins = [UserFactory(role=Role.SECADMIN) for _ in range(2)]
    start, found = threading.Barrier(2), []

    def take(actor, user):
        start.wait()
        try:
            services.role_change(actor=actor, user=user, role="head_office")
            found.append("done")
        except Refused:
            found.append("refused")
        finally:
            connections.close_all()

    pairs = zip(secadmins, keepers, strict=True)
    threads = [threading.Thread(target=take, args=pair) for pair in pairs]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(found) == ["done", "refused"]
    assert User.objects.filter(role=Role.SYSADMIN, is_active=True).count() == 1


def test_a_refused_act_is_shown_as_a_conflict(signed, sysadmin, li):
    signed(sysadmin).post(f"/people/{li.pk}/disable/")
    assert signed(sysadmin).post(f"/people/{li.pk}/disable/").status_code == 409


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


def test_others_see_no_account(officers, li):
    UserFactory()
    for actor in (li, officers[Role.AUDITOR]):
        assert list(selectors.account_list(actor=actor)) == []


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
    signed(li).post(f"/accounts/tokens/{token.pk}/revoke/")
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).status_code == 401
    assert audited() == ["token.created", "token.revoked"]


@pytest.mark.parametrize("days", [0, 91, -1, "x", ""])
def test_a_token_lives_for_ninety_days_at_most(signed, li, days):
    assert signed(li).post("/accounts/tokens/", {"name": "x", "days": days}).status_code == 422
    assert not ApiToken.objects.exists()


def test_an_expired_token_opens_nothing(li):
    secret = services.token_create(actor=li, name="x", days=1).secret
    ApiToken.objects.update(expires_at=timezone.now())
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).status_code == 401


def test_ten_tokens_are_enough(li):
    for _ in range(10):
        services.token_create(actor=li, name="x", days=1)
    with pytest.raises(Refused):
        services.token_create(actor=li, name="x", days=1)


def test_somebody_elses_token_looks_absent_but_not_to_the_system_administrator(signed, li, sysadmin):
    token = services.token_create(actor=li, name="x", days=1).token
    assert signed(UserFactory()).post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert signed(sysadmin).post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 302
    assert ApiToken.objects.get().revoked_at is not None


@pytest.mark.parametrize("token", ["", "x", "gb_é", "gb_" + "x" * 10000, "gb_\x00"])
def test_a_made_up_token_is_refused(db, token):
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {token}"}).status_code == 401
