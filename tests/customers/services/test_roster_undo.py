"""A roster taken back."""

import pytest
from django.db import models

from customers.models import Likeness
from customers.selectors import customer_list, household_list
from customers.services import twins_deny
from customers.services.likening import twins_scan
from customers.services.roster import roster_store
from customers.services.roster_undo import roster_undo
from exchange.sheets import Stored
from tests.customers.rosters import CHILD, HEAD, HERE, WIFE, rows, source


def undone(ground, outcomes):
    back = [
        Stored("名册", n, one.fate, one.subject, one.before, one.after)
        for n, one in enumerate(outcomes)
        if one.subject
    ]
    return [one.kept for one in roster_undo(source(ground.zhao), back[::-1])]


def test_a_batch_is_taken_back_whole_unless_somebody_worked_on_it(ground):
    first = roster_store(source(ground.zhao), rows(HEAD, WIFE, CHILD, **HERE))
    assert undone(ground, first) == [""] * 3
    assert not household_list(actor=ground.zhao).exists()
    again = roster_store(source(ground.zhao), rows(HEAD, WIFE, CHILD, **HERE))
    wife = customer_list(actor=ground.zhao).get(relation="spouse")
    wife.occupation = "木匠"
    wife.save()
    assert [bool(text) for text in undone(ground, again)] == [False, True, False]
    assert [person.name for person in customer_list(actor=ground.zhao)] == ["李梅"]


@pytest.mark.parametrize("is_denied", [False, True])
def test_what_the_night_found_of_people_goes_with_them_and_somebodys_word_stays(ground, is_denied):
    there = {**HERE, "household": "520100009", "group_name": "二组"}
    who = {"name": "曾小明", "relation": "head", "birth_date": "1970-01-01"}
    roster_store(source(ground.zhao), rows(who, **HERE))
    again = rows({**who, "occupation": "木匠"}, **there)
    (waiting,) = again
    taken = [type(waiting)(waiting.sheet, waiting.number, waiting.values, taken=True)]
    stored = roster_store(source(ground.zhao), taken)
    assert twins_scan(actor=None) == 1
    if is_denied:
        pair = models.QuerySet(Likeness).get()
        twins_deny(actor=ground.zhao, likeness=pair, reason="父子同名")
    (kept,) = undone(ground, stored)
    assert ("疑似重复档案" in kept) == is_denied
    assert models.QuerySet(Likeness).exists() == is_denied
