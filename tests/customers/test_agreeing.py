"""Who is told that a person agreed, and what follows: an offer of that day counts."""

from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone

from customers import services
from customers.models import Consent
from customers.selectors import people_without
from products.models import Offer
from tests.factories import ProductFactory
from tests.visits.bodies import person_in, visit_json
from visits.models import Visit
from visits.services import visit_correct, visit_log

HOW = {"purpose": "marketing", "channel": "paper"}


@pytest.fixture
def product():
    return ProductFactory()


@pytest.fixture
def person(cast):
    return person_in(cast.grid_li)


def said(person, **more):
    """Say it of this instant: an hour ago may be another day."""
    return visit_json(person, **{"started_at": timezone.now().isoformat(), **more})


def offered(cast, person, product, **more):
    return visit_log(
        actor=cast.li, body=said(person, offers=[{"product": product.pk, "result": "accepted"}], **more)
    )


def agreed():
    return list(models.QuerySet(Offer).order_by("pk").values_list("agreed", flat=True))


def test_an_offer_without_a_consent_is_stored_and_says_that_it_does_not_count(cast, person, product):
    assert offered(cast, person, product).unconsented is True
    assert agreed() == [False]
    assert visit_log(actor=cast.li, body=said(person)).unconsented is False


def test_a_consent_of_the_day_counts_whichever_was_written_down_first(cast, person, product):
    given = services.consent_give(actor=cast.li, customer=person, **HOW)
    assert offered(cast, person, product).unconsented is False
    services.consent_withdraw(actor=cast.li, consent=given)
    # what was agreed to then stays so; what is offered from now on isn't
    assert offered(cast, person, product).unconsented is True
    assert agreed() == [True, False]
    services.consent_give(actor=cast.li, customer=person, **HOW)
    assert agreed() == [True, True]


def test_another_purpose_another_person_and_another_day_agree_to_nothing(cast, person, product):
    yesterday = timezone.now() - timedelta(days=1)
    assert offered(cast, person, product, started_at=yesterday.isoformat()).unconsented is True
    services.consent_give(actor=cast.li, customer=person_in(cast.grid_li), **HOW)
    services.consent_give(actor=cast.li, customer=person, purpose="account", channel="paper")
    services.consent_give(actor=cast.li, customer=person, **HOW)
    assert agreed() == [False]


def test_whoever_wants_no_contact_agreed_to_none(cast, person, product):
    person.do_not_contact = True
    person.save()
    services.consent_give(actor=cast.li, customer=person, **HOW)
    assert offered(cast, person, product).unconsented is True
    assert people_without(actor=cast.li, household=person.household, purpose="marketing") == [person.name]
    models.QuerySet(Consent).delete()
    services.consent_give(actor=cast.li, customer=person, **HOW)
    assert agreed() == [False]


def test_a_corrected_day_asks_again(cast, person, product):
    services.consent_give(actor=cast.li, customer=person, **HOW)
    models.QuerySet(Consent).update(given_at=timezone.now() - timedelta(days=1))
    result = offered(cast, person, product)
    visit = models.QuerySet(Visit).get(pk=result.id)
    content = said(person, offers=[{"product": product.pk, "result": "accepted"}])
    content["started_at"] = (timezone.now() - timedelta(days=2)).isoformat()
    visit_correct(actor=cast.li, visit=visit, body=content, reason="记错日期")
    assert agreed() == [False]
