"""Reading the archive: whose rows, in which order, and which choices a form may offer."""

from datetime import date, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from customers import selectors
from customers.conditions import Wanted
from customers.models import SpecialMembership
from customers.searching import Kind, Term
from tests.factories import AreaFactory, AssignmentFactory, CustomerFactory, GridFactory, HouseholdFactory

GROWN = date(1980, 1, 1)


def names(rows):
    return [row.name for row in rows]


def test_a_grid_counts_with_everything_below_it_that_the_reader_sees(cast, home):
    theirs, branchs = HouseholdFactory(grid=cast.grid_wu), HouseholdFactory(grid=cast.east)
    for household in (home, theirs, branchs):
        CustomerFactory(household=household)
    for actor, grid, expected in (
        (cast.zhao, cast.root, {home, theirs, branchs}),
        (cast.zhao, cast.east, {home, branchs}),
        (cast.chen, cast.east, {home, branchs}),
        (cast.chen, cast.root, {home, branchs}),
        (cast.li, cast.east, {home}),
        (cast.li, cast.grid_wu, set()),
        (cast.sun, cast.root, set()),
    ):
        condition = selectors.ground_q(actor=actor, grid=grid)
        found = selectors.household_list(actor=cast.zhao).filter(condition)
        assert set(found) == expected, (actor, grid)
        through = selectors.ground_q(actor=actor, grid=grid, prefix="household__")
        people = selectors.customer_list(actor=cast.zhao).filter(through)
        assert {person.household for person in people} == expected


def test_a_special_grid_counts_its_members(cast, home):
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    HouseholdFactory(grid=cast.grid_li)
    SpecialMembership.objects.create(grid=market, household=home, since=date(2026, 1, 1))
    for actor, count in ((cast.zhao, 1), (cast.chen, 1), (cast.li, 0)):
        condition = selectors.ground_q(actor=actor, grid=market)
        assert selectors.household_list(actor=cast.zhao).filter(condition).count() == count


def test_all_filters_hold_at_once(cast, home):
    mine = CustomerFactory(household=home, name="曾小明", is_migrant=True, birth_date=GROWN)
    CustomerFactory(household=home, name="曾小红", birth_date=GROWN)
    CustomerFactory(household=home, name="李梅", is_migrant=True, birth_date=GROWN)
    CustomerFactory(household=home, name="曾小宝", is_migrant=True, birth_date=date(2020, 1, 1))
    wanted = Wanted(
        term=Term(Kind.NAME, "曾"), grid=cast.grid_li, archive="poor", met="never", app="none", age="36-59",
        migrant=True,
    )  # fmt: skip
    assert list(selectors.people_wanted(actor=cast.li, wanted=wanted)) == [mine]
    assert list(selectors.people_wanted(actor=cast.wang, wanted=wanted)) == []


@pytest.mark.parametrize(
    ("tag", "count"), [("veteran", 1), ("", 2), ("vet", 0), ('"', 0), ("%", 0), ('veteran", "monitored', 0)]
)
def test_a_policy_group_is_a_whole_word(cast, tag, count):
    tagged = HouseholdFactory(grid=cast.grid_li, policy_tags=["lifted", "veteran"])
    CustomerFactory(household=tagged)
    CustomerFactory(household=HouseholdFactory(grid=cast.grid_li, policy_tags=[]))
    assert selectors.people_wanted(actor=cast.li, wanted=Wanted(tag=tag)).count() == count


def test_villages_to_choose_are_those_of_ones_own_grids_and_the_one_kept(cast):
    own, other, kept = AreaFactory(), AreaFactory(), AreaFactory()
    town = AreaFactory(level="township")
    GridFactory(parent=cast.east, area=own)
    GridFactory(parent=cast.west, area=other)
    GridFactory(parent=cast.east, area=town)
    assert set(selectors.areas_to_write(actor=cast.chen)) == {own}
    assert set(selectors.areas_to_write(actor=cast.chen, kept=kept.pk)) == {own, kept}
    assert set(selectors.areas_to_write(actor=cast.sun)) == set()
    assert selectors.area_keys({own.pk, 999_999}) == {own.pk}


def test_guardians_are_the_adults_of_the_household_but_the_ward(cast, home):
    today = timezone.localdate()
    birthday = date(today.year - 18, today.month, min(today.day, 28))
    adult = CustomerFactory(household=home, birth_date=birthday)
    CustomerFactory(household=home, birth_date=birthday + timedelta(days=10))
    CustomerFactory(household=home, birth_date=None)
    CustomerFactory(household=HouseholdFactory(grid=cast.grid_li), birth_date=GROWN)
    ward = CustomerFactory(household=home, birth_date=GROWN)
    assert list(selectors.guardians(actor=cast.li, household=home, ward=ward)) == [adult]
    assert set(selectors.guardians(actor=cast.li, household=home, ward=ward.__class__())) == {adult, ward}
    assert not selectors.guardians(actor=cast.wu, household=home, ward=ward).exists()
    assert not selectors.guardians(actor=cast.li, household=None, ward=ward).exists()


def test_grids_to_choose_are_near_and_in_the_order_of_the_tree(cast):
    found = selectors.grid_choices(actor=cast.zhao, near=Q(tier="manager"))
    assert [grid.name for grid in found] == ["甲村", "乙村", "丙村"]
    assert names(selectors.grid_choices(actor=cast.chen, near=Q())) == ["东支行", "甲村", "乙村"]


def test_a_households_page_reads_its_people_at_once(cast, home, django_assert_num_queries):
    guardian = CustomerFactory(household=home, birth_date=GROWN, relation="head", app_activated_by=cast.li)
    CustomerFactory(household=home, birth_date=date(2020, 1, 1), guardian=guardian)
    selectors.household_people(actor=cast.li, household=home)
    with django_assert_num_queries(3):
        people = selectors.household_people(actor=cast.li, household=home)
        assert [str(person.guardian or "") for person in people] == ["", guardian.name]
        assert people[0].app_activated_by.name == "李娜"


def test_the_heads_values_are_none_without_a_head(cast, home):
    assert selectors.head_values(home.pk) is None
    CustomerFactory(household=home, relation="spouse", occupation="教师")
    assert selectors.head_values(home.pk) is None
    CustomerFactory(household=home, relation="head", occupation="务农")
    assert selectors.head_values(home.pk)["occupation"] == "务农"


def test_the_lead_of_today_is_named_and_no_deputy(cast, home):
    AssignmentFactory(grid=cast.grid_li, part="deputy")
    assert selectors.responsible_today(household=home) == "李娜"
    assert selectors.responsible_today(household=HouseholdFactory(grid=GridFactory(parent=cast.east))) == ""
