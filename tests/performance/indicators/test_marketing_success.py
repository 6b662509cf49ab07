"""A customer and a product count once a month, however often they are written down."""

from datetime import date

import pytest

from tests.factories import OfferFactory, ProductFactory
from tests.performance.indicators.counted import counted, earn
from tests.performance.world import customer, household

KEY = "marketing_success"


@pytest.fixture
def person(cast):
    return customer(household(cast.grid_li))


def offer(person, staff, product, day, result="accepted", **more):
    return OfferFactory(
        customer=person, staff=staff, product=product, result=result, offered_on=date(2026, 9, day), **more
    )


def told(cast):
    """Return by person what counts: accepted and made."""
    found = {}
    for fact in counted(cast, KEY):
        top, bottom = found.get(fact.staff_id, (0, 0))
        found[fact.staff_id] = (top + fact.numerator, bottom + fact.denominator)
    return found


def test_one_acceptance_written_down_five_times_counts_once(cast, person):
    product = ProductFactory()
    for _ in range(5):
        offer(person, cast.li, product, 5)
    assert told(cast) == {cast.li.pk: (1, 1)}
    # all of them stand there: what a final month saw earns in no other
    assert len(counted(cast, KEY)) == 5


def test_without_a_consent_an_offer_was_made_and_never_accepted(cast, person):
    first, second = ProductFactory.create_batch(2)
    offer(person, cast.li, first, 5, agreed=False)
    assert told(cast) == {cast.li.pk: (0, 1)}
    # one with a consent counts before it, though it came later
    offer(person, cast.wang, first, 6, agreed=True)
    offer(person, cast.wang, second, 6, agreed=None)
    assert told(cast) == {cast.li.pk: (0, 0), cast.wang.pk: (2, 2)}


def test_whoever_had_it_accepted_first_counts_else_who_offered_it_first(cast, person):
    won, open_ = ProductFactory.create_batch(2)
    offer(person, cast.wu, won, 3, "refused")
    offer(person, cast.li, won, 7)
    offer(person, cast.wang, won, 8)
    offer(person, cast.wang, open_, 4, "offered")
    offer(person, cast.li, open_, 5, "refused")
    assert told(cast) == {cast.wu.pk: (0, 0), cast.li.pk: (1, 1), cast.wang.pk: (0, 1)}


def test_another_product_customer_or_month_counts_again(cast, person):
    product = ProductFactory()
    offer(person, cast.li, product, 5)
    offer(person, cast.li, ProductFactory(), 5)
    offer(customer(household(cast.grid_li)), cast.li, product, 5)
    OfferFactory(
        customer=person, staff=cast.li, product=product, result="accepted", offered_on=date(2026, 8, 31)
    )
    assert told(cast) == {cast.li.pk: (3, 3)}


def test_what_a_final_month_counted_takes_nobodys_place(cast, person):
    product = ProductFactory()
    first = offer(person, cast.li, product, 5)
    offer(person, cast.wang, product, 6)
    earn(cast, KEY, "offer", str(first.pk))
    assert told(cast) == {cast.wang.pk: (1, 1)}
