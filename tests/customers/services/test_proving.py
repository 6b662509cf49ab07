"""A decision that nobody made is found by the proof of the trail: by whom it was written, it doesn't ask."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import models
from django.utils import timezone

from audit.verification import verify
from customers.models import Attribution, Claim, Customer, Death, Restriction
from customers.services import (
    app_milestone_set,
    claims_decide,
    customer_account_opened,
    death_record,
    death_undo,
    household_move_ask,
    household_update,
    persons_merge,
    persons_unmerge,
)
from customers.services.moving import households_move
from customers.services.restricting import restriction_lift, restriction_set
from grids.models import Backdating
from grids.services import backdating_sign
from products.models import Offer
from products.services import OfferRow, offers_bulk_create
from tests.factories import AssignmentFactory, CustomerFactory, HouseholdFactory, ProductFactory, UserFactory
from tests.nets.forging import REFUSED, forged
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


@pytest.mark.usefixtures("witnesses_alone")
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


@pytest.mark.usefixtures("witnesses_alone")
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


@pytest.mark.usefixtures("witnesses_alone")
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


TODAY = timezone.localdate()


@pytest.fixture
def two(cast):
    """Return two people, each of his own household."""
    return [customer(household(cast.grid_li), relation="head") for _ in range(2)]


def ways(cast, two):
    """Do everything that these rows come from, and take back what can be."""
    head, spouse = two
    restriction_set(actor=cast.li, customer=spouse, reason="本人要求")
    restriction_lift(actor=cast.chen, customer=spouse, reason="误报")
    restriction_set(actor=cast.li, customer=spouse, reason="本人要求")
    for _ in range(2):
        death_record(actor=cast.chen, customer=head, day=TODAY)
        death_undo(actor=cast.chen, customer=head, reason="误报")
    death_record(actor=cast.chen, customer=head, day=TODAY)
    home = head.household
    home.refresh_from_db()
    household_update(actor=cast.chen, household=home, version=home.version, data={"grid": cast.grid_wang})
    second = household(cast.grid_li)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        given = {"grid": cast.grid_wang, "since": timezone.localdate(), "reason": "划转"}
        households_move(actor=cast.chen, households=[second], **given)
    return home


def test_deaths_restrictions_and_moves_of_every_way_are_as_the_trail_tells(cast, two):
    ways(cast, two)
    assert models.QuerySet(Attribution).exists()
    assert verify().breaks == []


EARLIER = timezone.now() - timedelta(days=40)
FORGED = {
    "restriction added": lambda cast, one: Restriction(
        customer=one, reason="x", set_by=cast.li, set_at=EARLIER, lifted_at=EARLIER, lifted_by=cast.chen
    ).save(),
    "restriction backdated": lambda cast, one: models.QuerySet(Restriction).update(set_at=EARLIER),
    "restriction gone": lambda cast, one: models.QuerySet(Restriction).all().delete(),
    "restricted": lambda cast, one: models.QuerySet(Customer).filter(pk=one.pk).update(restricted_at=EARLIER),
    "free": lambda cast, one: models.QuerySet(Customer).update(restricted_at=None),
    "died": lambda cast, one: models.QuerySet(Customer).update(died_on=date(2026, 9, 1)),
    "lives": lambda cast, one: models.QuerySet(Customer).update(died_on=None),
    "died earlier": lambda cast, one: models.QuerySet(Death).update(day=date(2026, 9, 1)),
    "moved": lambda cast, one: Attribution(
        household=household(cast.grid_li), grid=cast.grid_wang, valid_from=date(2026, 1, 1), valid_to=TODAY,
        moved_by=cast.li, moved_at=timezone.now(),
    ).save(),
}  # fmt: skip


@pytest.mark.parametrize("way", FORGED)
def test_what_sql_alone_says_of_deaths_restrictions_and_moves_is_named(cast, two, way):
    ways(cast, two)
    FORGED[way](cast, customer(household(cast.grid_li)))
    assert verify().breaks != []


def test_a_clock_that_was_put_back_makes_nothing_untrue(cast, two):
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        restriction_set(actor=cast.li, customer=two[0], reason="本人要求")
    restriction_set(actor=cast.li, customer=two[1], reason="本人要求")
    assert verify().breaks == []


@pytest.mark.parametrize("restricted", [(False, True), (True, False), (True, True)])
@pytest.mark.parametrize("earlier", [0, 1])
def test_what_a_merge_takes_along_is_as_the_trail_tells_and_so_is_its_end(cast, restricted, earlier):
    people = [customer(household(grid), name="曾小明") for grid in (cast.grid_li, cast.grid_wang)]
    for at in (earlier, 1 - earlier):
        if restricted[at]:
            restriction_set(actor=cast.chen, customer=people[at], reason="本人要求")
    keep, gone = (models.QuerySet(Customer).get(pk=one.pk) for one in people)
    stood = verify().breaks
    merge = persons_merge(
        actor=cast.chen, customer=keep, merged=gone, versions=(keep.version, gone.version), taken=["document"], reason="核对",
    )  # fmt: skip
    assert verify().breaks == stood == []
    persons_unmerge(actor=cast.chen, merge=merge, reason="不是同一人")
    assert verify().breaks == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE customers_claim SET earner_id = {li}",
        "UPDATE customers_claim SET source_id = source_id + 1, day = '2026-11-03'",
        "UPDATE customers_claim SET id = id + 1000",
    ],
)
def test_what_a_claim_is_about_is_not_changed_past_the_services(cast, people, statement):
    """Whoever decided it decided what it said then."""
    found = forged(statement.format(li=cast.wang.pk))
    assert found == REFUSED or any(each.startswith("customers_claim ") for each in found)


def test_a_restriction_said_to_have_come_along_came_with_an_archive_that_has_it(cast):
    keep, gone, third = (customer(household(cast.grid_li), name="曾小明") for _ in range(3))
    restriction_set(actor=cast.chen, customer=gone, reason="本人要求")
    keep, gone = (models.QuerySet(Customer).get(pk=one.pk) for one in (keep, gone))
    persons_merge(
        actor=cast.chen, customer=keep, merged=gone, versions=(keep.version, gone.version), taken=[], reason="核对"
    )  # fmt: skip
    keep.refresh_from_db()
    restriction_lift(actor=cast.chen, customer=keep, reason="本人要求")
    assert verify().breaks == []
    came = models.QuerySet(Restriction).get(came_at__isnull=False)
    copied = models.QuerySet(Restriction).create(
        customer=third, reason="本人要求", set_by=came.set_by, set_at=came.set_at, came_at=came.came_at
    )
    models.QuerySet(Customer).filter(pk=third.pk).update(restricted_at=came.set_at)
    assert [fault for fault in map(str, verify().breaks) if f"restriction {copied.pk}" in fault]
