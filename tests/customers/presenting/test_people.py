"""The list of people: pages by key, the exact search, and what a row shows."""

from datetime import date
from itertools import chain

import pytest

from customers.conditions import Wanted
from customers.enums import AppState
from customers.identity import IdentityError
from customers.models import Customer
from customers.presenting import people
from customers.presenting.people import app_state, describe, people_by_number, people_page
from customers.services import customer_create
from tests.customers.filling import ADULT, PHONE, WRONG, full_person
from tests.customers.numbers import id_number
from tests.factories import CustomerFactory, HouseholdFactory


@pytest.fixture
def five(cast, home):
    made = CustomerFactory.create_batch(5, household=home, is_migrant=True)
    CustomerFactory(household=HouseholdFactory(grid=cast.grid_wu), is_migrant=True)
    return [person.pk for person in made]


def keys(page):
    return [row.pk for row in page.rows]


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(migrant=True)], ids=["everybody", "a filter"])
@pytest.mark.parametrize("size", [1, 2, 4, 5, 6])
def test_forwards_and_backwards_are_the_same_way(cast, five, wanted, size):
    def at(**key):
        return people_page(actor=cast.li, wanted=wanted, size=size, **key)

    page, forwards = at(), []
    assert page.before is None
    while True:
        forwards.append(keys(page))
        if page.after is None:
            break
        page = at(after=page.after)
    assert list(chain(*forwards)) == five
    backwards = [keys(page)]
    while page.before is not None:
        page = at(before=page.before)
        backwards.append(keys(page))
        assert page.after == page.rows[-1].pk
    assert list(chain(*reversed(backwards))) == five


def test_only_the_first_page_counts_and_not_for_ever(cast, five, monkeypatch):
    def counted(**key):
        page = people_page(actor=cast.li, wanted=Wanted(), size=2, **key)
        return page.total, page.capped

    assert counted() == (5, False)
    assert counted(after=five[1]) == (None, False)
    assert counted(before=five[3]) == (None, False)
    monkeypatch.setattr(people, "COUNT_CAP", 5)
    assert counted() == (5, False)
    monkeypatch.setattr(people, "COUNT_CAP", 4)
    assert counted() == (4, True)


def test_a_key_beyond_the_ends_is_an_empty_page(cast, five):
    for key in ({"after": five[-1]}, {"after": 2**62}, {"before": five[0]}, {"before": 0}):
        page = people_page(actor=cast.li, wanted=Wanted(), **key)
        assert (page.rows, page.after, page.before) == ([], None, None), key


def test_a_whole_bank_is_paged_as_a_branch_is(cast, five):
    page = people_page(actor=cast.zhao, wanted=Wanted(migrant=True), size=5)
    assert (keys(page), page.after, page.total) == (five, five[-1], 6)


def test_a_person_is_found_by_either_of_his_numbers_however_written(cast, home):
    person = full_person(cast, home)
    for number in (ADULT, ADULT.lower(), f"{ADULT[:6]} {ADULT[6:]}", PHONE, "+86 138-0013-8000"):
        assert [row.pk for row in people_by_number(actor=cast.li, number=number)] == [person.pk], number
        for stranger in (cast.wu, cast.wang, cast.sun):
            assert people_by_number(actor=stranger, number=number) == []
    assert people_by_number(actor=cast.li, number=id_number(serial=103)) == []


def test_an_old_number_finds_the_person_of_the_new_one(cast, home):
    new = id_number(date(1970, 3, 4), 123)
    person = customer_create(
        actor=cast.li, household=home, data={"name": "甲", "id_type": "resident", "id_number": new}
    )
    [found] = people_by_number(actor=cast.li, number=new[:6] + new[8:17])
    assert found.pk == person.pk


def test_a_phone_that_several_share_finds_them_all(cast, home):
    everybody = [
        customer_create(actor=cast.li, household=home, data={"name": name, "phone": PHONE}).pk
        for name in "甲乙丙"
    ]
    assert [row.pk for row in people_by_number(actor=cast.li, number=PHONE)] == everybody


@pytest.mark.parametrize("number", ["", "123", "曾小明", WRONG, "1" * 400, "\x00", "1380013800"])
def test_what_is_no_number_is_said_to_be_none_and_never_repeated(cast, number):
    with pytest.raises(IdentityError) as caught:
        people_by_number(actor=cast.li, number=number)
    assert not number or number not in str(caught.value.message)


DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ({}, AppState.NONE),
        ({"app_informed_on": DAY}, AppState.INFORMED),
        ({"app_downloaded_on": DAY}, AppState.DOWNLOADED),
        ({"app_informed_on": DAY, "app_downloaded_on": DAY, "app_verified_on": DAY}, AppState.VERIFIED),
    ],
)
def test_how_far_a_person_has_come_is_his_last_step(steps, state):
    assert app_state(Customer(**steps)) == state


def test_a_row_tells_no_number_and_leaves_the_unknown_blank(cast, home):
    full = CustomerFactory(household=home, phone=PHONE, id_number=ADULT, birth_date=date(1980, 1, 1))
    bare = CustomerFactory(household=home, birth_date=None)
    rows = {row["pk"]: row for row in describe(people_page(actor=cast.li, wanted=Wanted()).rows)}
    assert rows[str(full.pk)]["phone"] == "138****8000"
    assert ADULT not in str(rows)
    assert PHONE not in str(rows)
    empty = rows[str(bare.pk)]
    assert (empty["age"], empty["phone"], empty["last_met"]) == (None, "", "")
    assert (empty["url"], empty["head"], empty["grid"]) == (home.get_absolute_url(), "曾小明", "甲村")
    assert all(type(value) in {str, bool, type(None)} for row in rows.values() for value in row.values())
