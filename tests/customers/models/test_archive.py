"""The archive as the database keeps it: who sees which row, and which rows can't be."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.models import Consent, Customer, Household, SpecialMembership
from customers.models.archive import MANY_GRIDS
from gridbank.context import request_scope
from people.enums import Role
from tests.customers.filling import ADULT, PHONE
from tests.factories import AssignmentFactory, CustomerFactory, GridFactory, HouseholdFactory, UserFactory


def consent(person, **more):
    given = {"purpose": "marketing", "channel": "paper", "notice_version": "1", "given_at": timezone.now()}
    return Consent.objects.create(customer=person, **{**given, **more})


def seen(actor):
    """Return how many rows of each kind somebody sees."""
    return [model.objects.visible_to(actor).count() for model in (Household, Customer, Consent)]


@pytest.fixture
def rows(cast, home):
    for household in (home, HouseholdFactory(grid=cast.grid_wang), HouseholdFactory(grid=cast.grid_wu)):
        consent(CustomerFactory(household=household))
    return cast


def test_everybody_sees_his_subtree(rows):
    cast = rows
    for actor, count in (
        (cast.zhao, 3),
        (cast.chen, 2),
        (cast.li, 1),
        (cast.zhou, 1),
        (cast.wu, 1),
        (cast.sun, 0),
    ):
        assert seen(actor) == [count] * 3, actor


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_an_officer_sees_nobody_even_with_a_grid(rows, role):
    actor = UserFactory(role=role)
    AssignmentFactory(user=actor, grid=rows.root, part="deputy")
    assert seen(actor) == [0, 0, 0]


def test_an_assignment_that_is_over_or_an_account_that_is_closed_shows_nothing(rows):
    former = AssignmentFactory(grid=rows.grid_li, part="helper", valid_to=date(2026, 1, 1)).user
    assert seen(former) == [0, 0, 0]
    rows.li.is_active = False
    assert seen(rows.li) == [0, 0, 0]


def test_a_special_grid_shows_its_members_and_nobody_else(rows, home):
    market = GridFactory(parent=rows.east, nature="special", kind="market")
    trader = AssignmentFactory(grid=market).user
    assert seen(trader) == [0, 0, 0]
    membership = SpecialMembership.objects.create(grid=market, household=home, since=date(2026, 1, 1))
    assert seen(trader) == [1, 1, 1]
    # who saw it by its base grid sees it once
    assert seen(rows.chen) == [2, 2, 2]
    readers = (trader, rows.chen, rows.zhao, rows.li, rows.wu)
    found = [membership in SpecialMembership.objects.visible_to(actor) for actor in readers]
    assert found == [True, True, True, False, False]


def test_a_branch_of_very_many_grids_sees_neither_more_nor_less(rows):
    """Beyond fifty grids the condition is written in another way; what it means is the same."""
    before = [seen(actor) for actor in (rows.zhao, rows.chen, rows.zhou)]
    more = GridFactory.create_batch(MANY_GRIDS + 1, parent=rows.east)
    assert [seen(actor) for actor in (rows.zhao, rows.chen, rows.zhou)] == before
    HouseholdFactory(grid=more[-1])
    assert [seen(actor)[0] for actor in (rows.zhao, rows.chen, rows.zhou)] == [4, 3, 1]
    # a grid in between that is another branch's breaks the run of keys
    theirs = GridFactory(parent=rows.west)
    last = GridFactory(parent=rows.east)
    HouseholdFactory(grid=theirs), HouseholdFactory(grid=last)
    assert [seen(actor)[0] for actor in (rows.zhao, rows.chen, rows.zhou)] == [6, 4, 2]


def test_a_request_looks_its_grids_up_once(rows, django_assert_num_queries):
    with request_scope("test"):
        seen(rows.chen)
        with django_assert_num_queries(3):
            seen(rows.chen)


@pytest.mark.parametrize(
    "make",
    [
        lambda home: HouseholdFactory(grid=home.grid, completeness=101),
        lambda home: HouseholdFactory(grid=home.grid, code=home.code),
        lambda home: CustomerFactory.create_batch(2, household=home, relation="head"),
        lambda home: CustomerFactory(household=home, app_verified_on=date(2026, 1, 1)),
        lambda home: [CustomerFactory(household=home, id_digest="x") for _ in range(2)],
        lambda home: [consent(person) for person in [CustomerFactory(household=home)] * 2],
        lambda home: [
            SpecialMembership.objects.create(grid=home.grid, household=home, since=date(2026, 1, day))
            for day in (1, 2)
        ],
    ],
    ids=["percent", "code", "two heads", "verified without the app", "one person twice", "agreed twice", "member twice"],
)  # fmt: skip
def test_what_the_database_itself_refuses(home, make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(home)


def test_what_is_withdrawn_may_be_given_again_and_people_without_a_number_are_many(home):
    person = CustomerFactory(household=home)
    consent(person, withdrawn_at=timezone.now())
    consent(person, withdrawn_at=timezone.now())
    consent(person)
    consent(person, purpose="location")
    CustomerFactory.create_batch(2, household=home, id_digest=None)


def test_a_person_is_shown_with_his_numbers_masked_and_found_on_his_households_page(home):
    person = CustomerFactory(household=home, name="曾小明", phone=PHONE, id_number=ADULT)
    assert (person.masked("phone"), person.masked("id_number")) == (
        "138****8000",
        "*" * 16 + ADULT[-2:],
    )
    assert (str(person), str(home)) == ("曾小明", "曾小明户")
    assert person.get_absolute_url() == f"/customers/households/{home.pk}/#customer-{person.pk}"


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (None, date(2026, 1, 1), None),
        (date(2012, 5, 17), date(2026, 5, 16), 13),
        (date(2012, 5, 17), date(2026, 5, 17), 14),
    ],
)
def test_an_age_is_whole_years_on_a_day(born, day, age):
    assert Customer(birth_date=born).age_on(day) == age
