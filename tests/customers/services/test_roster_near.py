"""Numbers that might be somebody's, tried in a file under his name: by chance a few, and beyond that each counts."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from customers.actions import Action
from customers.enums import Gender, IdType
from customers.identity import Identity
from customers.models import Customer
from customers.services.asking import asked_today
from customers.services.roster import roster_judge, roster_store
from customers.services.roster_guesses import BY_CHANCE
from customers.services.roster_near import might_be
from exchange.sheets import Fate
from tests.customers.numbers import id_number
from tests.customers.rosters import HEAD, HERE, TODAY, fates, rows, source

MINE = {**HERE, "household": "520100003", "village": "", "township": ""}
NUMBER = HEAD["id_number"]


def of_a_household(n, number, name=HEAD["name"]):
    return {**MINE, "household": f"5203{n:05}", "name": name, "relation": "head", "id_number": number}


def candidates(count):
    """Return numbers that agree with all that pages show of his: his year of age, his gender, two signs."""
    found = []
    for day in range(1, 300):
        for serial in range(1, 1000, 10):
            number = id_number(date(1970, 1, 1) + timedelta(days=day), serial)
            if number[-2:] == NUMBER[-2:]:
                found.append(number)
        if len(found) >= count:
            return found[:count]
    raise AssertionError


def told_of(person):
    about = AuditEvent.objects.filter(subject_type="customers.customer", subject_id=person.pk)
    return [
        about.filter(action=action).count()
        for action in (Action.CUSTOMER_NUMBER_TRIED, Action.CUSTOMER_IDENTITY_REFUSED)
    ]


@pytest.fixture
def person(ground):
    roster_store(source(ground.chen), rows(HEAD, **MINE))
    return Customer.objects.visible_to(ground.chen).get()


def test_what_pages_show_of_a_number_says_which_ones_it_may_be():
    def told(number):
        return Identity(number, number, IdType.RESIDENT, date(1970, 1, 1), Gender.MALE)

    assert might_be(told("522727197006010019"), "522727197001010019")
    assert not might_be(told("522727197006010018"), "522727197001010019")
    # the old form, and a child's number of which nothing is shown
    assert might_be(told("522727197006010018"), "522727700101001")
    assert not might_be(told("522727197006010028"), "522727700101001")
    assert might_be(told(f"522727{TODAY.year - 6}06010028"), f"522727{TODAY.year - 6}01010019")


@pytest.mark.parametrize("name", [HEAD["name"], "曾晓明"])
@pytest.mark.parametrize("asks", [roster_judge, roster_store])
def test_numbers_tried_under_his_name_in_other_households_count_over_files_and_chunks(
    ground, person, asks, name
):
    tries = [of_a_household(n, number, name) for n, number in enumerate(candidates(BY_CHANCE + 3))]
    for one in tries:
        assert fates(asks(source(ground.chen), rows(one))) == ["new"]
    assert (told_of(person), asked_today(ground.chen)) == ([BY_CHANCE, 3], 3)
    # which one is his: told, counted, and written down beside him
    assert fates(asks(source(ground.chen), rows(of_a_household(77, NUMBER)))) == ["wrong"]
    assert (told_of(person), asked_today(ground.chen)) == ([BY_CHANCE, 4], 4)


def test_beyond_the_days_answers_no_more_are_tried(ground, person, monkeypatch):
    from customers.services import roster

    monkeypatch.setattr(roster, "DAILY_CAP", 2)
    tries = [of_a_household(n, number) for n, number in enumerate(candidates(BY_CHANCE + 3))]
    found = roster_judge(source(ground.chen), rows(*tries, of_a_household(77, NUMBER)))
    assert fates(found) == ["new"] * (BY_CHANCE + 2) + ["wrong"] * 2
    assert found[-1].faults == found[-2].faults


def test_a_number_in_his_household_under_a_name_that_sounds_as_his_counts(ground, person):
    tries = [
        {"name": "曾晓明", "relation": "other", "id_number": id_number(serial=600 + 2 * n)} for n in range(3)
    ]
    assert fates(roster_judge(source(ground.chen), rows(*tries, **MINE))) == ["new"] * 3
    assert (told_of(person), asked_today(ground.chen)) == ([0, 3], 3)


def people(start, count, chance):
    """Return people of one surname and few names, as a village's own list has them, each in a household of his."""
    signs = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建国文"
    names = [f"曾{one}{other}" for one in signs[:8] for other in signs[8:18]]
    born = [date(1945, 1, 1) + timedelta(days=chance.randrange(22_000)) for _n in range(count)]
    return [
        of_a_household(start + n, id_number(day, chance.randrange(1, 999)), names[n % len(names)])
        for n, day in enumerate(born)
    ]


def test_an_honest_list_of_new_people_of_the_same_names_goes_in(ground):
    """Eighty names for a thousand people, and half of them here already: no answer of the day is used up."""
    chance = Random(20261128)
    assert fates(roster_store(source(ground.chen), rows(*people(0, 500, chance)))) == ["new"] * 500
    file = rows(*people(1000, 500, chance))
    for asks in (roster_judge, roster_judge, roster_store):
        found = asks(source(ground.chen), file)
        assert [one.faults for one in found if one.fate != Fate.NEW] == []
    assert asked_today(ground.chen) == 0


def test_a_chunk_of_whom_answers_are_counted_asks_a_fixed_number_of_queries(ground):
    asked = []
    for start, count in ((0, 2), (100, 4), (1000, 80)):
        with CaptureQueriesContext(connection) as queries:
            roster_judge(source(ground.chen), rows(*people(start, count, Random(start))))
        asked.append(len(queries))
    assert asked[1] == asked[2] <= 14
