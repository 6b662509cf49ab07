"""The day's list: whom, why, in what order; what is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Household
from gridbank.context import request_scope
from tests.factories import NeedFactory, VisitFactory
from tests.visits.bodies import person_in
from tests.visits.cadence.homes import DAY, met
from visits.presenting.today import today_list


def lines(actor, **more):
    return [(row.household.pk, row.due.why) for row in today_list(actor=actor, day=DAY, **more).rows]


def test_the_list_says_whom_and_why(cast):
    promised, never, overdue, needy, fine = (person_in(cast.grid_li) for _n in range(5))
    strangers = person_in(cast.grid_wu)
    met(promised, 5, next_on=DAY)
    met(overdue, 120)
    met(needy, 2)
    met(fine, 2, next_on=DAY + timedelta(days=1))
    need = NeedFactory(household=needy.household, due_on=DAY + timedelta(days=2))
    assert lines(cast.li) == [
        (promised.household_id, "promised"),
        (needy.household_id, "need"),
        (never.household_id, "never"),
        (overdue.household_id, "overdue"),
    ]
    assert today_list(actor=cast.li, day=DAY).rows[1].need == need
    assert lines(cast.wu) == [(strangers.household_id, "never")]
    assert lines(cast.sun) == []
    assert lines(cast.li, why="overdue") == [(overdue.household_id, "overdue")]
    assert today_list(actor=cast.li, day=DAY).counts == {
        "promised": 1,
        "need": 1,
        "never": 1,
        "overdue": 1,
    }


def test_only_the_last_promise_counts(cast):
    person = person_in(cast.grid_li)
    met(person, 9, next_on=DAY - timedelta(days=1))
    met(person, 3, next_on=None)
    assert lines(cast.li) == []


def test_what_is_done_today_is_shown_as_done(cast):
    mine, colleague = person_in(cast.grid_li), person_in(cast.grid_li)
    visit = VisitFactory(customer=mine, staff=cast.li, started_at=timezone.now(), met=False)
    VisitFactory(customer=colleague, staff=cast.wang, started_at=timezone.now(), met=False)
    today = today_list(actor=cast.li, day=timezone.localdate())
    assert today.done == [visit]
    assert [row.household.pk for row in today.rows] == [colleague.household_id]


def test_phones_are_masked(cast):
    person = person_in(cast.grid_li)
    person.phone = "13800138000"
    person.save()
    (row,) = today_list(actor=cast.li, day=DAY).rows
    assert row.phone == "138****8000"


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_questions_does_not_grow(cast, count, django_assert_num_queries):
    for _n in range(count):
        person = person_in(cast.grid_li)
        NeedFactory(household=person.household, due_on=DAY)
        VisitFactory(customer=person, staff=cast.wang, met=False)
    person_in(cast.grid_wu)
    with request_scope("test"), django_assert_num_queries(7):
        assert len(today_list(actor=cast.li, day=DAY).rows) == count


def test_who_does_not_want_contact_is_in_nobodys_plan(cast):
    """His household is his to keep quiet; a member's wish doesn't close it for the others."""
    quiet, member = person_in(cast.grid_li), person_in(cast.grid_li)
    for person in (quiet, member):
        person.do_not_contact = True
    quiet.relation, member.relation = "head", "child"
    for person in (quiet, member):
        person.save()
    met(quiet, 5, next_on=DAY)
    NeedFactory(household=quiet.household, due_on=DAY)
    assert lines(cast.li) == [(member.household_id, "never")]
    assert today_list(actor=cast.li, day=DAY).total == 1
    quiet.do_not_contact = False
    quiet.save()
    assert len(lines(cast.li)) == 2


def test_along_the_way_the_rows_of_a_place_stand_together_and_are_numbered_through(cast):
    made = {}
    for name, grid, group in (("甲", "li", "二组"), ("乙", "li", "一组"), ("丙", "li", "二组")):
        person = person_in(getattr(cast, f"grid_{grid}"), name)
        Household.objects.visible_to(cast.li).filter(pk=person.household_id).update(group_name=group)
        made[person.household_id] = group
    today = today_list(actor=cast.li, day=DAY)
    found = today.stretches(along_the_way=True)
    assert [each.place for each in found] == [f"{cast.grid_li.name} · {group}" for group in ("一组", "二组")]
    assert [number for each in found for number, _row in each.rows] == [1, 2, 3]
    assert all(made[row.household.pk] in each.place for each in found for _number, row in each.rows)
    (whole,) = today.stretches(along_the_way=False)
    assert (whole.place, [row for _number, row in whole.rows]) == ("", today.rows)
    assert today_list(actor=cast.sun, day=DAY).stretches(along_the_way=False) == []
