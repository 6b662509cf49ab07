"""Somebody with another name, document or date of birth: what was said of him is claimed again, what he was stays said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from customers.enums import Evidence
from customers.models import Claim, Customer, IdentitySpan
from customers.selectors import claims_to_decide
from customers.services import (
    app_milestone_set,
    claims_decide,
    customer_account_opened,
    customer_create,
    customer_update,
)
from gridbank.scoping import waive_scope
from grids import closing
from performance import services
from performance.models import LateChange
from tests.customers.numbers import id_number
from tests.performance.world import MONTH

CLAIMED, CONFIRMED = Evidence.CLAIMED, Evidence.CONFIRMED
TODAY = timezone.localdate
OTHER = {"id_type": "resident", "id_number": id_number(serial=103)}
NONE = {"id_type": "none", "id_number": ""}


def claims():
    return models.QuerySet(Claim).order_by("pk")


def again(person):
    with waive_scope("test"):
        return Customer.objects.select_related("household__grid").get(pk=person.pk)


def change(actor, person, **data):
    return customer_update(actor=actor, customer=person, version=again(person).version, data=data)


@pytest.fixture
def person(cast, home):
    """Somebody of long ago."""
    one = customer_create(
        actor=cast.li, household=home,
        data={"name": "曾小明", "id_type": "resident", "id_number": id_number(serial=101)},
    )  # fmt: skip
    with waive_scope("test"):
        Customer.objects.filter(pk=one.pk).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    return again(one)


@pytest.fixture
def confirmed(cast, person):
    """An account and the app, of today, confirmed by the branch."""
    customer_account_opened(actor=cast.li, customer=person, day=TODAY())
    for step in ("downloaded", "verified"):
        app_milestone_set(actor=cast.li, customer=person, step=step, day=TODAY())
    claims_decide(actor=cast.chen, claims=list(claims().values_list("pk", flat=True)), verdict=CONFIRMED)
    return again(person)


@pytest.mark.parametrize("data", [OTHER, NONE, {"name": "曾大明"}])
def test_what_was_confirmed_of_somebody_else_is_only_claimed_of_him(cast, confirmed, data):
    change(cast.chen, confirmed, **data)
    person = again(confirmed)
    assert (person.account_evidence, person.app_evidence) == (CLAIMED, CLAIMED)
    waiting = list(
        claims().filter(state=CLAIMED).values_list("kind", "entered_by", "earner", "is_other_person")
    )
    assert waiting == [
        ("account", cast.chen.pk, cast.li.pk, True),
        ("verified", cast.chen.pk, cast.li.pk, True),
    ]
    # who changed it is no witness of it
    assert not claims_to_decide(actor=cast.chen).filter(is_other_person=True).exists()
    assert claims_to_decide(actor=cast.zhao).filter(is_other_person=True).count() == 2


def test_a_document_after_the_confirmation_is_looked_at_like_the_account(cast, home):
    """The account of nobody in particular was confirmed; whoever he then becomes, he is claimed."""
    one = customer_create(actor=cast.li, household=home, data={"name": "王甲"})
    customer_account_opened(actor=cast.li, customer=one, day=TODAY())
    claims_decide(actor=cast.chen, claims=[claims().get().pk], verdict=CONFIRMED)
    change(cast.li, one, **OTHER)
    assert again(one).account_evidence == CLAIMED


def test_another_phone_is_nobody_else(cast, confirmed):
    change(cast.li, confirmed, phone="13812345678", occupation="务农")
    person = again(confirmed)
    assert (person.account_evidence, person.app_evidence) == (CONFIRMED, CONFIRMED)
    assert not claims().filter(state=CLAIMED).exists()


def test_who_he_was_stays_said_until_yesterday(cast, person):
    before = (person.birth_date, person.id_digest)
    change(cast.li, person, **NONE, birth_date=date(1991, 2, 3))
    span = models.QuerySet(IdentitySpan).get()
    assert (span.birth_date, span.id_digest, span.changed_by) == (*before, cast.li)
    assert (span.valid_from, span.valid_to) == (date(2026, 1, 1), TODAY() - timedelta(days=1))
    # what stood for a part of a day stood on none
    change(cast.li, person, **OTHER)
    assert models.QuerySet(IdentitySpan).count() == 1
    change(cast.li, person, phone="13812345678")
    assert models.QuerySet(IdentitySpan).count() == 1


@pytest.mark.parametrize(
    "verb", ["UPDATE customers_identityspan SET id_digest = ''", "DELETE FROM customers_identityspan"]
)
def test_what_was_said_is_not_unsaid(cast, person, verb):
    change(cast.li, person, **NONE, birth_date=date(1991, 2, 3))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


@pytest.mark.parametrize("data", [OTHER, {"name": "王乙"}])
def test_of_a_final_month_it_is_told_and_listed(cast, home, data):
    """The account of September was confirmed without a document; September is published, and he gets one."""
    one = customer_create(actor=cast.li, household=home, data={"name": "王甲"})
    with waive_scope("test"):
        Customer.objects.filter(pk=one.pk).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    customer_account_opened(actor=cast.li, customer=again(one), day=date(2026, 9, 20))
    claims_decide(actor=cast.chen, claims=[claims().get().pk], verdict=CONFIRMED)
    period = services.run_compute(bank=cast.root, month=MONTH).period
    services.period_publish(actor=cast.zhao, period=period)
    with closing.listening() as heard:
        change(cast.li, one, **data)
    assert heard == {date(2026, 9, 20)}
    told = {"evidence": ["confirmed", "claimed"]}
    if data == OTHER:
        told["document"] = [False, True]
    assert models.QuerySet(LateChange).get().changes == told
