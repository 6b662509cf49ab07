"""Who is due, and in which order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Household
from tests.visits.bodies import person_in
from tests.visits.cadence.homes import DAY as TODAY
from tests.visits.cadence.homes import all_kinds, met, named
from visits.cadence import Standing, by_reason, due_counted, in_order, judge, registry
from visits.cadence.judging import may_be_due
from visits.models import Visit

DAY = date(2026, 3, 10)


def standing(pk, last_met_on=None, promised_on=None, need_due_on=None):
    return Standing(pk, {"last_met_on": last_met_on, "promised_on": promised_on, "need_due_on": need_due_on})


def at(days):
    return DAY - timedelta(days=days)


def keys(due):
    return tuple(reason.key for reason in due.reasons)


def whys(**known):
    due = judge(standing(1, **known), DAY)
    return None if due is None else (*keys(due), due.days)


def test_a_household_met_lately_can_wait():
    assert whys(last_met_on=at(90)) is None
    assert whys(last_met_on=at(0), promised_on=at(-1), need_due_on=at(-4)) is None


def test_each_reason():
    assert whys() == ("never", 0)
    assert whys(last_met_on=at(91)) == ("overdue", 1)
    assert whys(last_met_on=at(3), promised_on=at(0)) == ("promised", 0)
    assert whys(last_met_on=at(3), need_due_on=at(-3)) == ("need", -3)
    assert whys(last_met_on=at(100), promised_on=at(5), need_due_on=at(1)) == (
        "promised", "need", "overdue", 5,
    )  # fmt: skip


def test_promises_come_first_then_needs_then_the_unknown_then_the_forgotten():
    dues = [
        judge(each, DAY)
        for each in (
            standing(1, at(100)), standing(2), standing(3, at(9), at(1)), standing(4, at(9), at(4)),
            standing(5, at(9), None, at(0)), standing(6, at(200)), standing(7),
        )
    ]  # fmt: skip
    assert [due.household_id for due in in_order(dues)] == [4, 3, 5, 2, 7, 6, 1]
    assert by_reason(dues) == {"promised": 2, "need": 1, "never": 2, "overdue": 2}


DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.lists(st.builds(standing, st.integers(1, 50), DAYS, DAYS, DAYS), max_size=30), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_reading(standings, random):
    dues = [
        due for due in (judge(each, DAY) for each in {s.household_id: s for s in standings}.values()) if due
    ]
    shuffled = dues[:]
    random.shuffle(shuffled)
    assert in_order(shuffled) == in_order(dues)


def test_what_is_read_of_the_database_is_all_that_is_due(cast):
    homes = all_kinds(cast)
    read = {standing.household_id for standing in may_be_due(homes, TODAY, 5000)}
    due = {pk for reason in registry.REASONS for pk in named(reason, homes)[1]}
    assert read == due


def test_what_was_read_is_judged_without_another_question(cast, django_assert_num_queries):
    homes = all_kinds(cast)
    with django_assert_num_queries(1):
        standings = list(may_be_due(homes, TODAY, 5000))
    with django_assert_num_queries(0):
        assert all(judge(standing, TODAY) for standing in standings)
    assert {frozenset(standing.facts) for standing in standings} == {
        frozenset({"last_met_on", "promised_on", "need_due_on"})
    }


def test_of_too_many_what_presses_most_is_read(cast):
    """The bound is one of memory: whoever was promised something longest ago is never left out by it."""
    never, soon, late = (person_in(cast.grid_li) for _n in range(3))
    met(late, 9, next_on=TODAY - timedelta(days=5))
    met(soon, 9, next_on=TODAY)
    homes = Household.objects.visible_to(cast.li)
    ordered = [person.household_id for person in (late, soon, never)]
    for most in range(4):
        assert [standing.household_id for standing in may_be_due(homes, TODAY, most)] == ordered[:most]


def test_a_fact_that_is_not_known_is_none():
    """A reason of its own fact is asked of standings that were read before there was one."""
    due = judge(Standing(1, {}), DAY)
    assert due is not None
    assert (keys(due), due.days) == (("never",), 0)


def test_nobody_is_due_and_nothing_is_counted():
    assert in_order([]) == []
    assert by_reason([]) == {}


def test_every_reason_has_a_key_and_a_place_of_its_own():
    assert [reason.key for reason in registry.REASONS] == ["promised", "need", "never", "overdue"]
    assert len({reason.rank for reason in registry.REASONS}) == len(registry.REASONS)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"promised_on": at(0)}, ("约定今天", "ok")),
        ({"promised_on": at(2)}, ("约定 03-08，已过 2 天", "warn")),
        ({"need_due_on": at(-1)}, ("需求 03-11 到期", "warn")),
        ({"need_due_on": at(0)}, ("需求 03-10 到期", "warn")),
        ({"need_due_on": at(4)}, ("需求已逾期 4 天", "bad")),
        ({"last_met_on": None}, ("从未见面", "bad")),
        ({"last_met_on": at(91)}, ("91 天未见面", "muted")),
    ],
)
def test_each_reason_says_itself_in_words(known, said):
    due = judge(standing(1, **{"last_met_on": at(3), **known}), DAY)
    assert [(badge.text, badge.tone) for badge in due.badges(DAY)] == [said]


def test_what_the_database_counts_is_what_is_judged_one_by_one(cast):
    homes = all_kinds(cast)
    seen = set(Visit.objects.visible_to(cast.li).filter(day=TODAY).values_list("household_id", flat=True))
    due = {each.household_id for each in may_be_due(homes, TODAY, 5000)}
    assert due & seen
    assert due_counted(homes, TODAY) == {cast.grid_li.pk: len(due - seen)}
