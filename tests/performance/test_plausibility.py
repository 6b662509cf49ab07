"""What stands out in a month: listed from so many on, most first, and sealed as it was looked at."""

from datetime import UTC, datetime

import pytest

from performance.plausibility import CHECKS, WORDS, Found, look_at, seal_of
from tests.factories import VisitFactory
from tests.performance.world import MONTH, customer, household


def at_night(cast, count):
    person = customer(household(cast.grid_li))
    for day in range(1, count + 1):
        # three in the morning in China
        VisitFactory(staff=cast.li, customer=person, started_at=datetime(2026, 9, day, 19, tzinfo=UTC))


def test_every_check_has_words_and_a_key_of_its_own():
    assert len(WORDS) == len(CHECKS)
    assert all(str(words) for words in WORDS.values())


def test_an_empty_month_has_nothing_to_look_at(cast):
    assert look_at(cast.root, MONTH) == []
    assert seal_of([]) == ""


def test_what_is_seldom_is_no_reason_to_ask_and_what_is_often_names_the_person(cast):
    at_night(cast, 1)
    assert "night" not in {one.key for one in look_at(cast.root, MONTH)}
    at_night(cast, 12)
    found = [one for one in look_at(cast.root, MONTH) if one.key == "night"]
    assert [(one.person_id, one.name, one.count) for one in found] == [(cast.li.pk, cast.li.name, 13)]


@pytest.mark.parametrize(
    "other", [Found("night", 1, 4, "李"), Found("burst", 1, 3, "李"), Found("night", 2, 3, "李")]
)
def test_another_list_has_another_seal(other):
    one = Found("night", 1, 3, "李")
    assert seal_of([one]) == seal_of([one]) != seal_of([other])
