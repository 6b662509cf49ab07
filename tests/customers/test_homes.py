"""Which households fit, how many each saved view has, and who lives in them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.conditions import Wanted
from customers.homes import homes_counted, homes_wanted, people_of
from customers.models import Household
from customers.searching import Kind, Term
from gridbank.scoping import waive_scope
from tests.factories import CustomerFactory, HouseholdFactory


@pytest.fixture
def two(cast, home):
    today = timezone.localdate()
    met = HouseholdFactory(
        grid=cast.grid_wang, completeness=100, last_met_on=today - timedelta(days=91), policy_tags=["veteran"]
    )
    CustomerFactory(household=home, name="曾小明", name_key="曾小明", birth_date=today)
    CustomerFactory(
        household=met, name="石银芝", is_migrant=True, birth_date=today - timedelta(days=30 * 365)
    )
    CustomerFactory(household=HouseholdFactory(grid=cast.grid_wu), is_migrant=True)
    return home, met


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Wanted(), [0, 1]),
        (Wanted(met="never"), [0]),
        (Wanted(met="long_ago"), [1]),
        (Wanted(archive="complete"), [1]),
        (Wanted(migrant=True), [1]),
        (Wanted(age="0-17"), [0]),
        (Wanted(age="0-17", migrant=True), []),
        (Wanted(app="none"), [0, 1]),
        (Wanted(tag="veteran"), [1]),
        (Wanted(term=Term(Kind.NAME, "曾小")), [0]),
    ],
)
def test_a_household_fits_by_itself_or_by_one_of_its_people(cast, two, wanted, places):
    found = homes_wanted(actor=cast.chen, wanted=wanted).order_by("pk")
    assert [home.pk for home in found] == [two[place].pk for place in places]


def test_ground_is_chosen_and_who_died_is_found_by_name_only(cast, two):
    home, met = two
    here = Wanted(grid=cast.grid_li)
    assert list(homes_wanted(actor=cast.chen, wanted=here)) == [home]
    with waive_scope("a test ends a household"):
        Household.objects.filter(pk=home.pk).update(ended_on=timezone.localdate())
    assert list(homes_wanted(actor=cast.chen, wanted=Wanted())) == [met]
    assert list(homes_wanted(actor=cast.chen, wanted=Wanted(term=Term(Kind.NAME, "曾")))) == [home]


def test_every_view_is_counted_as_its_filter_finds(cast, two):
    counted = homes_counted(actor=cast.chen, grid=None)
    assert counted == {"all": 2, "never": 1, "long_ago": 1, "poor": 1}
    for name, wanted in (("never", Wanted(met="never")), ("poor", Wanted(archive="poor"))):
        assert homes_wanted(actor=cast.chen, wanted=wanted).count() == counted[name]


def test_the_people_of_a_household_are_read_as_far_as_one_sees(cast, two):
    home, met = two
    found = people_of(actor=cast.li, homes=[home.pk, met.pk])
    assert {key: [person.name for person in people] for key, people in found.items()} == {home.pk: ["曾小明"]}
