"""Consents: given, withdrawn."""

from datetime import date

import pytest
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers import services
from customers.models import Consent
from customers.services.consents import NOTICE_VERSION
from gridbank.days import GUARDED_AGE
from tests.customers.filling import PHONE, one_event, refused
from tests.factories import CustomerFactory


def test_consent_is_given_once_and_withdrawn_once(cast, home):
    person = CustomerFactory(household=home)
    call = {"actor": cast.li, "customer": person, "purpose": "marketing", "channel": "paper"}
    given = services.consent_give(**call)
    refused("purpose", services.consent_give, **call)
    assert services.consent_withdraw(actor=cast.li, consent=given).withdrawn_at is not None
    refused(None, services.consent_withdraw, actor=cast.li, consent=given)
    services.consent_give(**call)


GIVEN = {"purpose": "marketing", "channel": "paper"}


def birthday(age):
    today = timezone.localdate()
    return date(today.year - age, today.month, min(today.day, 28))


def test_who_agreed_to_what_is_kept_with_the_notice_he_was_shown(cast, home):
    person = CustomerFactory(household=home)
    given = services.consent_give(actor=cast.li, customer=person, **GIVEN)
    assert (given.staff, given.notice_version, given.withdrawn_at) == (cast.li, NOTICE_VERSION, None)
    assert one_event("consent.given") == GIVEN


@pytest.mark.parametrize(
    ("field", "value"),
    [("purpose", "everything"), ("purpose", ""), ("channel", "rumour"), ("notice_version", "x" * 21), ("notice_version", PHONE)],
)  # fmt: skip
def test_what_nobody_can_agree_to_is_refused(cast, home, field, value):
    person = CustomerFactory(household=home)
    refused(field, services.consent_give, actor=cast.li, customer=person, **{**GIVEN, field: value})
    assert not AuditEvent.objects.exists()


def test_a_child_is_not_sold_to(cast, home):
    child = CustomerFactory(household=home, birth_date=birthday(GUARDED_AGE - 1))
    refused("purpose", services.consent_give, actor=cast.li, customer=child, **GIVEN)
    services.consent_give(actor=cast.li, customer=child, purpose="location", channel="paper")
    grown = CustomerFactory(household=home, birth_date=birthday(GUARDED_AGE))
    services.consent_give(actor=cast.li, customer=grown, **GIVEN)
    services.consent_give(actor=cast.li, customer=CustomerFactory(household=home), **GIVEN)


def test_each_purpose_is_agreed_to_by_itself(cast, home):
    person = CustomerFactory(household=home)
    for purpose in ("marketing", "location", "account"):
        services.consent_give(actor=cast.li, customer=person, purpose=purpose, channel="app")
    assert Consent.objects.visible_to(cast.li).count() == 3


def test_a_withdrawal_ends_and_keeps_what_was_given(cast, home):
    person = CustomerFactory(household=home)
    given = services.consent_give(actor=cast.li, customer=person, **GIVEN)
    ended = services.consent_withdraw(actor=cast.chen, consent=given)
    assert (ended.given_at, ended.staff) == (given.given_at, cast.li)
    event = AuditEvent.objects.last()
    assert (event.action, event.actor, event.details) == (
        "consent.withdrawn",
        cast.chen,
        {"purpose": "marketing"},
    )


def test_a_strangers_consents_look_absent(cast, home):
    person = CustomerFactory(household=home)
    given = services.consent_give(actor=cast.li, customer=person, **GIVEN)
    for stranger in (cast.wu, cast.wang, cast.sun):
        with pytest.raises(Http404):
            services.consent_give(actor=stranger, customer=person, purpose="location", channel="app")
        with pytest.raises(Http404):
            services.consent_withdraw(actor=stranger, consent=given)
    given.refresh_from_db()
    assert given.withdrawn_at is None
