"""Li's row and the stranger's of each kind that the API tells of."""

import pytest

from tests.factories import CustomerFactory, HouseholdFactory, NeedFactory, OfferFactory


@pytest.fixture
def home(cast):
    return HouseholdFactory(grid=cast.grid_li, address="秘密路1号")


@pytest.fixture
def rows(cast, home):
    theirs = HouseholdFactory(grid=cast.grid_wu)
    person, stranger = CustomerFactory(household=home), CustomerFactory(household=theirs)
    return {
        "households": (home, theirs),
        "customers": (person, stranger),
        "needs": (NeedFactory(household=home), NeedFactory(household=theirs)),
        "offers": (OfferFactory(customer=person), OfferFactory(customer=stranger)),
    }
