"""What a body becomes: the visit's own row, and what follows from it elsewhere."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from customers.models import Customer, Household, Residence
from customers.services.attribution import household_move
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from needs.models import Need
from products.models import Offer
from tests.factories import HouseholdFactory, OfferFactory, ProductFactory
from tests.visits.bodies import full_body, person_in
from tests.visits.stored import events, everything, one
from visits.body import COLUMNS, NeedLine, OfferLine, VisitBody
from visits.models import Visit
from visits.services.rows import Belonging, follow, follow_again, to_visit

NOW = timezone.now()


def test_a_row_says_what_its_body_said():
    body = full_body()
    assert {name for name in COLUMNS if getattr(body, name) is None} == set(), "every field is tried"
    row = to_visit(body, Belonging(1, 3), grid_id=2, received_at=timezone.now(), is_late=True, located={1})
    assert VisitBody.from_columns(row, offers=body.offers, needs=body.needs) == body
    assert (row.household_id, row.grid_id, row.staff_id, row.is_late) == (1, 2, 3, True)
    # after midnight in China
    assert row.day == date(2026, 3, 3)


def test_a_row_bears_the_hash_by_which_the_body_is_known_again():
    body = full_body()
    row = to_visit(body, Belonging(1, 3), grid_id=2, received_at=NOW, is_late=False, located=())
    assert (row.pk, row.body_hash, row.version, row.received_at) == (body.id, body.digest, 1, NOW)


@pytest.fixture
def made(cast, person):
    """Store a visit's row alone, so that what follows is seen."""

    def make(staff=cast.li, who=person, days=0, **changes):
        body = full_body(
            customer_id=who.pk, started_at=NOW - timedelta(days=days), **{"offers": (), "needs": (), "next_on": None, **changes}
        )  # fmt: skip
        place = Belonging(who.household_id, staff.pk)
        row = to_visit(body, place, grid_id=who.household.grid_id, received_at=NOW, is_late=False, located=())
        row.save(force_insert=True)
        return body, row

    return make


def test_offers_and_needs_bear_who_made_them_where_and_in_which_visit(cast, person, made):
    product, day = ProductFactory(), timezone.localdate(NOW)
    stored = made(
        staff=cast.wang,
        offers=(OfferLine(product.pk, "refused"),),
        needs=(NeedLine("棚", day), NeedLine("牛")),
    )
    follow(actor=cast.zhao, stored=[stored])
    visit, offer = stored[1], one(Offer)
    assert (offer.customer, offer.product, offer.result, offer.offered_on) == (
        person,
        product,
        "refused",
        day,
    )
    assert (offer.staff, offer.grid, offer.origin) == (cast.wang, cast.grid_li, visit.pk)
    needs = {need.text: need for need in everything(Need)}
    assert {text: need.due_on for text, need in needs.items()} == {"棚": day, "牛": None}
    for need in needs.values():
        assert (need.household_id, need.customer, need.raised_on) == (person.household_id, person, day)
        assert (need.raised_by, need.origin, need.status) == (cast.wang, visit.pk, "open")


def test_nothing_follows_from_nothing(cast, made, django_assert_num_queries):
    stored = [made(met=False)]
    for visits in ([], stored):
        with django_assert_num_queries(0):
            follow(actor=cast.li, stored=visits)


def test_of_several_visits_the_latest_meeting_is_the_last(cast, person, made):
    other = person_in(cast.grid_li)
    follow(
        actor=cast.li,
        stored=[made(days=5), made(days=3), made(days=9), made(days=1, met=False), made(days=4, who=other)],
    )
    days = {home.pk: home.last_met_on for home in everything(Household)}
    assert days == {
        person.household_id: timezone.localdate(NOW - timedelta(days=3)),
        other.household_id: timezone.localdate(NOW - timedelta(days=4)),
    }


def test_one_row_of_the_audit_tells_of_all_offers(cast, made):
    lines = [(OfferLine(ProductFactory().pk, "offered"),) for _n in range(3)]
    follow(actor=cast.li, stored=[made(offers=line) for line in lines])
    assert events("offer.bulk_recorded") == [{"offers": 3}]


def test_what_lies_out_of_sight_is_given_nothing(cast, made):
    theirs = made(who=person_in(cast.grid_wu), offers=(OfferLine(ProductFactory().pk, "offered"),))
    with pytest.raises(Refused):
        follow(actor=cast.li, stored=[theirs])
    assert everything(Offer) == []


def test_lines_are_brought_to_what_the_correction_says(cast, made):
    kept, gone, new = (ProductFactory() for _n in range(3))
    body, visit = made(
        offers=(OfferLine(kept.pk, "offered"), OfferLine(gone.pk, "refused")),
        needs=(NeedLine("牛"), NeedLine("棚")),
    )
    follow(actor=cast.li, stored=[(body, visit)])
    standing = {offer.product_id: offer.pk for offer in everything(Offer)}
    due = timezone.localdate(NOW) + timedelta(days=5)
    after = full_body(
        id=body.id, customer_id=body.customer_id, started_at=body.started_at, needs=(NeedLine("牛", due), NeedLine("卡")),
        offers=(OfferLine(kept.pk, "accepted"), OfferLine(new.pk, "offered")),
    )  # fmt: skip
    follow_again(actor=cast.li, body=after, visit=visit)
    assert {offer.product_id: offer.result for offer in everything(Offer)} == {
        kept.pk: "accepted", new.pk: "offered",
    }  # fmt: skip
    assert next(offer.pk for offer in everything(Offer) if offer.product_id == kept.pk) == standing[kept.pk]
    assert {need.text: need.due_on for need in everything(Need)} == {"牛": due, "卡": None}


def test_what_another_visit_made_stays_when_one_is_corrected(cast, made):
    product = ProductFactory()
    first, second = (
        made(offers=(OfferLine(product.pk, "offered"),), needs=(NeedLine("牛"),)) for _n in range(2)
    )
    follow(actor=cast.li, stored=[first, second])
    follow_again(actor=cast.li, body=full_body(id=first[0].id, offers=(), needs=()), visit=first[1])
    assert (one(Offer).origin, one(Need).origin) == (second[1].pk, second[1].pk)


@pytest.mark.parametrize("lives_elsewhere", [False, True])
def test_an_offer_stands_where_its_visit_does_wherever_the_person_lives_now(
    cast, person, made, lives_elsewhere
):
    """Each follows the household of its day: the visit's, and without a visit the one lived in."""
    first = timezone.localdate() - timedelta(days=9)
    left, entered = person.household, HouseholdFactory(grid=cast.grid_li)
    stored = made(offers=(OfferLine(ProductFactory().pk, "refused"),), days=6)
    follow(actor=cast.li, stored=[stored])
    loose = [
        OfferFactory(customer=person, staff=cast.li, grid=cast.grid_li, offered_on=day, origin=None)
        for day in (stored[1].day, timezone.localdate())
    ]
    if lives_elsewhere:
        with waive_scope("test"):
            Customer.objects.filter(pk=person.pk).update(household=entered)
        Residence(
            customer=person, household=left, valid_from=first, valid_to=timezone.localdate() - timedelta(days=3),
            moved_by=cast.li, moved_at=NOW,
        ).save()  # fmt: skip
    # the one he lives in now went elsewhere: of him only what was done there
    with waive_scope("test"):
        for home in (entered, left):
            Household.objects.filter(pk=home.pk).update(
                grid=cast.grid_wang, created_at=NOW - timedelta(days=30)
            )
            home.refresh_from_db()
            household_move(actor=cast.chen, household=home, before=cast.grid_li, first_day=first)
            if home == entered:
                of_visit, then, now = (
                    Offer.objects.get(**which)
                    for which in ({"origin": stored[1].pk}, {"pk": loose[0].pk}, {"pk": loose[1].pk})
                )
                assert (of_visit.grid, then.grid) == (cast.grid_li, cast.grid_li)
                assert now.grid == (cast.grid_wang if lives_elsewhere else cast.grid_li)
        offers = {one.pk: one.grid for one in Offer.objects.all()}
    assert set(offers.values()) == {cast.grid_wang}
    assert offers[of_visit.pk] == one(Visit).grid
