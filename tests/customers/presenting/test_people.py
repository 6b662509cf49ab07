"""What a row of the list of people shows, and the exact search."""

from datetime import date

import pytest

from customers.conditions import Wanted
from customers.enums import AppState
from customers.identity import IdentityError
from customers.models import Customer
from customers.presenting.people import app_state, describe, people_by_number, shown
from customers.selectors import people_wanted
from customers.services import customer_create
from tests.customers.filling import ADULT, PHONE, WRONG, full_person
from tests.customers.numbers import id_number
from tests.factories import CustomerFactory


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
    rows = {row["pk"]: row for row in describe(shown(people_wanted(actor=cast.li, wanted=Wanted())))}
    assert rows[str(full.pk)]["phone"] == "138****8000"
    assert ADULT not in str(rows)
    assert PHONE not in str(rows)
    empty = rows[str(bare.pk)]
    assert (empty["age"], empty["phone"], empty["last_met"]) == (None, "", "")
    assert (empty["url"], empty["head"], empty["grid"]) == (home.get_absolute_url(), "曾小明", "甲村")
    assert all(type(value) in {str, bool, type(None)} for row in rows.values() for value in row.values())
