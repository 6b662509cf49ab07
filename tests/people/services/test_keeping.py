"""Keeping accounts: what each of the three officers may do, and what nobody may."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from people import services
from people.enums import Role
from people.models import ApiToken, User
from people.selectors import live_token_list
from tests.factories import GridFactory, UserFactory
from tests.people import assign
from tests.people.doors import NEW, PASSWORD, audited, shown_password


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


@pytest.mark.parametrize("written", ["nb017", "ＮＢ０１７"])
def test_nobody_does_to_another_account_of_his_what_he_may_not_do_to_his_own(db, written):
    roles = {Role.SECADMIN: "NB017", Role.SYSADMIN: " NB017"}
    keepers = {role: UserFactory(role=role, staff_no=number) for role, number in roles.items()}
    other = UserFactory(staff_no=written)
    calls = [
        lambda: services.role_change(actor=keepers[Role.SECADMIN], user=other, role=Role.BRANCH_MANAGER),
        lambda: services.password_reset(actor=keepers[Role.SYSADMIN], user=other),
        lambda: services.account_disable(actor=keepers[Role.SYSADMIN], user=other),
    ]
    for call in calls:
        with pytest.raises(Refused, match="自己"):
            call()
    assert audited() == []


def test_disabling_cuts_sessions_and_tokens_at_once(signed, sysadmin, li):
    secret = services.token_create(actor=li, name="x", days=1).secret
    his = Client()
    his.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    api = {"Authorization": f"Token {secret}"}
    assert (
        his.get("/accounts/tokens/").status_code,
        Client().get("/api/v1/me/", headers=api).status_code,
    ) == (200, 200)
    response = signed(sysadmin).post(f"/people/{li.pk}/disable/", {"sure": "yes"})
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
    signed(sysadmin).post(f"/people/{li.pk}/end-sessions/", {"sure": "yes"})
    assert his.get("/accounts/tokens/").status_code == 302
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).status_code == 401
    assert AuditEvent.objects.get(action="user.sessions_ended").details == {"tokens_revoked": 1}


def test_a_reset_password_works_once_and_the_old_one_not(signed, sysadmin, li):
    word = shown_password(signed(sysadmin).post(f"/people/{li.pk}/reset-password/", {"sure": "yes"}))
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


def test_what_is_done_already_is_refused(officers, sysadmin, secadmin, li):
    closed = UserFactory(is_active=False)
    for call in (
        lambda: services.account_enable(actor=sysadmin, user=li),
        lambda: services.account_disable(actor=sysadmin, user=closed),
        lambda: services.role_change(actor=secadmin, user=li, role=li.role),
    ):
        with pytest.raises(Refused):
            call()
    assert audited() == []


def test_what_the_caller_holds_may_be_old(officers, sysadmin, li):
    """Two officers have the page open: the second act is judged by what the first has done."""
    old = User.objects.get(pk=li.pk)
    services.account_disable(actor=sysadmin, user=li)
    with pytest.raises(Refused):
        services.account_disable(actor=sysadmin, user=old)
    assert audited() == ["user.disabled"]


@pytest.mark.parametrize("act", ["account_disable", "sessions_end", "password_reset"])
def test_every_act_that_shuts_out_ends_sessions_and_tokens(officers, sysadmin, li, act):
    services.token_create(actor=li, name="x", days=1)
    before = User.objects.get(pk=li.pk).get_session_auth_hash()
    getattr(services, act)(actor=sysadmin, user=li)
    assert User.objects.get(pk=li.pk).get_session_auth_hash() != before
    assert not live_token_list(user=li).exists()
    assert ApiToken.objects.get().revoked_at is not None


def test_a_token_that_had_ended_keeps_the_day_it_ended(officers, sysadmin, li):
    old = services.token_create(actor=li, name="x", days=1).token
    ended = services.token_revoke(actor=li, token=old).revoked_at
    services.token_create(actor=li, name="y", days=1)
    services.sessions_end(actor=sysadmin, user=li)
    assert ApiToken.objects.get(pk=old.pk).revoked_at == ended
    assert AuditEvent.objects.get(action="user.sessions_ended").details == {"tokens_revoked": 1}


def test_the_last_officer_counts_only_those_who_can_come_in(officers, sysadmin):
    UserFactory(role=Role.AUDITOR, is_active=False)
    with pytest.raises(Refused):
        services.account_disable(actor=sysadmin, user=officers[Role.AUDITOR])
    UserFactory(role=Role.AUDITOR)
    services.account_disable(actor=sysadmin, user=officers[Role.AUDITOR])
    assert not User.objects.get(pk=officers[Role.AUDITOR].pk).is_active


def test_a_closed_officer_may_get_another_role(officers, secadmin):
    """He is no longer one of those who can come in: the last officer stays all the same."""
    closed = UserFactory(role=Role.AUDITOR, is_active=False)
    assert services.role_change(actor=secadmin, user=closed, role="head_office").role == "head_office"


def test_no_role_is_given_with_which_a_part_in_a_grid_could_not_be_held(cast, officers):
    """A village's lead who becomes auditor would stay in the month's run, and a demoted deputy would see the bank."""
    keeper = officers[Role.SECADMIN]
    for user, role in (
        (cast.li, Role.AUDITOR),
        (cast.chen, Role.ACCOUNT_MANAGER),
        (cast.zhao, Role.BRANCH_MANAGER),
    ):
        with pytest.raises(Refused, match="不得继续担任") as refused:
            services.role_change(actor=keeper, user=user, role=role)
        held = user.assignments.visible_to(cast.zhao).first()
        assert held.grid.name in str(refused.value)
        user.refresh_from_db()
        assert user.role != role
    # of what another role may hold as well nothing is said
    services.role_change(actor=keeper, user=cast.li, role=Role.BRANCH_MANAGER)
    with waive_scope("test"):
        cast.wang.assignments.update(valid_to=timezone.localdate() - timedelta(days=1))
    services.role_change(actor=keeper, user=cast.wang, role=Role.AUDITOR)


def test_who_leads_a_grid_today_or_later_is_not_closed(cast, sysadmin):
    with pytest.raises(Refused, match=cast.grid_li.name):
        services.account_disable(actor=sysadmin, user=cast.li)
    assign(cast.sun, GridFactory(parent=cast.east), timezone.localdate() + timedelta(days=9))
    with pytest.raises(Refused):
        services.account_disable(actor=sysadmin, user=cast.sun)
