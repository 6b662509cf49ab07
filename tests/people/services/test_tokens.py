"""Tokens for the API: who makes them, how many, and who ends them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from people import services
from people.enums import BUSINESS_ROLES, Role
from people.models import ApiToken
from people.tokens import token_digest
from tests.factories import UserFactory
from tests.people.doors import asked_by, audited


def test_ten_tokens_are_enough(li):
    for _ in range(10):
        services.token_create(actor=li, name="x", days=1)
    with pytest.raises(Refused):
        services.token_create(actor=li, name="x", days=1)


@pytest.mark.parametrize("role", Role)
def test_tokens_are_for_people_who_work_with_customers(db, role):
    user = UserFactory(role=role)
    if role in BUSINESS_ROLES:
        assert asked_by(services.token_create(actor=user, name="x", days=1).secret) == 200
    else:
        with pytest.raises(PermissionDenied):
            services.token_create(actor=user, name="x", days=1)
        assert not ApiToken.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 91, 10**9])
def test_the_service_refuses_a_token_without_an_end(li, days):
    with pytest.raises(Refused) as refused:
        services.token_create(actor=li, name="x", days=days)
    assert refused.value.field == "days"


@pytest.mark.parametrize("days", [1, 90])
def test_a_token_ends_after_the_days_it_was_made_for(li, days):
    made = services.token_create(actor=li, name="报表", days=days)
    assert abs(made.token.expires_at - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)
    assert made.token.digest == token_digest(made.secret)
    event = AuditEvent.objects.get()
    assert event.details == {"name": "报表", "days": days, "power": "all"}
    assert made.secret not in str(event.details)


def test_a_tokens_name_holds_no_number_of_a_person(li):
    with pytest.raises(Refused) as refused:
        services.token_create(actor=li, name="客户 13800138000", days=1)
    assert refused.value.field == "name"
    assert not ApiToken.objects.exists()


def test_only_tokens_that_live_count_towards_ten(li):
    made = [services.token_create(actor=li, name="x", days=1).token for _ in range(10)]
    services.token_revoke(actor=li, token=made[0])
    services.token_create(actor=li, name="x", days=1)
    ApiToken.objects.filter(pk=made[1].pk).update(expires_at=timezone.now())
    services.token_create(actor=li, name="x", days=1)
    with pytest.raises(Refused):
        services.token_create(actor=li, name="x", days=1)
    # somebody else's ten are his
    services.token_create(actor=UserFactory(), name="x", days=1)


def test_a_token_is_ended_once(li):
    token = services.token_create(actor=li, name="x", days=1).token
    ended = services.token_revoke(actor=li, token=token).revoked_at
    with pytest.raises(Refused):
        services.token_revoke(actor=li, token=token)
    assert ApiToken.objects.get().revoked_at == ended
    assert audited() == ["token.created", "token.revoked"]


def test_a_strangers_token_is_out_of_reach_of_the_service_too(li, sysadmin):
    token = services.token_create(actor=li, name="x", days=1).token
    for role in (Role.BRANCH_MANAGER, Role.HEAD_OFFICE, Role.SECADMIN, Role.AUDITOR):
        with pytest.raises(ApiToken.DoesNotExist):
            services.token_revoke(actor=UserFactory(role=role), token=token)
    assert services.token_revoke(actor=sysadmin, token=token).revoked_at is not None
