"""A decision that nobody made is found by the proof of the trail: by whom it was written, it doesn't ask."""

from datetime import date, timedelta

import pytest
from django.db import models
from django.utils import timezone

from audit.verification import verify
from customers.models import Claim, Customer
from customers.services import app_milestone_set, claims_decide, customer_account_opened, household_move_ask
from grids.models import Backdating
from grids.services import backdating_sign
from products.models import Offer
from products.services import OfferRow, offers_bulk_create
from tests.factories import AssignmentFactory, CustomerFactory, HouseholdFactory, ProductFactory, UserFactory
from tests.performance.world import customer, household

DAY = date(2026, 11, 9)


@pytest.fixture
def people(cast):
    """Return three people whose account Li says she has opened."""
    found = [CustomerFactory(household=HouseholdFactory(grid=cast.grid_li)) for _ in range(3)]
    for one in found:
        customer_account_opened(actor=cast.li, customer=one, day=DAY)
    row = OfferRow(found[0].pk, ProductFactory().pk, "accepted", DAY, cast.li.pk, cast.grid_li.pk)
    offers_bulk_create(actor=cast.li, rows=[row])
    return found


def claims():
    return models.QuerySet(Claim).order_by("pk")


def test_what_was_decided_by_the_service_is_whole(cast, people):
    keys = list(claims().values_list("pk", flat=True))
    claims_decide(actor=cast.chen, claims=keys[:2], verdict=2)
    claims_decide(actor=cast.chen, claims=keys[2:3], verdict=3, reason="未办理")
    claims_decide(actor=cast.chen, claims=keys[3:], verdict=2)
    assert verify().breaks == []


def test_a_claim_that_nobody_decided_is_named(cast, people):
    first, second, *_rest = claims()
    claims_decide(actor=cast.chen, claims=[first.pk], verdict=2)
    said = {"decided_by": cast.chen, "decided_at": timezone.now(), "witness": "person"}
    claims().filter(pk=second.pk).update(state=2, **said)
    models.QuerySet(Customer).filter(pk=second.source_id).update(account_evidence=2)
    assert verify().breaks == [f"customers.claim {second.pk}: no event tells of it (claims.confirmed)"]
    # refuted by nobody
    claims().filter(pk=second.pk).update(state=3)
    assert f"customers.claim {second.pk}: no event tells of it (claims.refuted)" in verify().breaks


def test_what_counts_as_confirmed_without_a_claim_is_named(cast, people):
    person, other = people[:2]
    models.QuerySet(Customer).filter(pk=person.pk).update(account_evidence=2)
    for step in ("downloaded", "verified"):
        app_milestone_set(actor=cast.li, customer=other, step=step, day=DAY)
    models.QuerySet(Customer).filter(pk=other.pk).update(app_evidence=2)
    offer = models.QuerySet(Offer).get()
    models.QuerySet(Offer).update(evidence=2)
    assert verify().breaks == [
        f"{kind} {pk}: it counts as confirmed, and no claim says so"
        for kind, pk in (("account", person.pk), ("verified", other.pk), ("offer", offer.pk))
    ]


def test_a_signature_that_nobody_gave_is_named(cast):
    home = household(cast.grid_li)
    customer(home, account_evidence=None, app_evidence=None)
    yesterday = timezone.localdate() - timedelta(days=1)
    asked = [
        household_move_ask(
            actor=cast.chen, household=one, grid=cast.grid_wang, since=yesterday, reason="补录"
        )
        for one in (home, household(cast.grid_li))
    ]
    second = UserFactory(role="head_office")
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    backdating_sign(actor=second, backdating=asked[0])
    assert verify().breaks == []
    rows = models.QuerySet(Backdating).filter(pk=asked[1].pk)
    rows.update(is_signed=True, decided_by=second, decided_at=timezone.now())
    assert verify().breaks == [
        f"grids.backdating {asked[1].pk}: no event tells that it was signed by {second.pk}"
    ]
