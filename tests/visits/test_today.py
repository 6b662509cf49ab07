"""The day's list: whom, why, in what order; what is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Household
from gridbank.context import request_scope
from tests.factories import NeedFactory, VisitFactory
from tests.visits.bodies import person_in
from visits.enums import Why
from visits.presenting.today import today_list

NOW = timezone.now()
DAY = timezone.localdate()


def met(person, days, **more):
    VisitFactory(customer=person, started_at=NOW - timedelta(days=days), **more)
    Household.objects.visible_to(person._reader).filter(pk=person.household_id).update(
        last_met_on=DAY - timedelta(days=days)
    )


@pytest.fixture
def make(cast):
    def person(grid=None, name="罗大勇"):
        made = person_in(grid or cast.grid_li, name)
        made._reader = cast.zhao
        return made

    return person


def lines(actor, **more):
    return [(row.household.pk, row.due.why) for row in today_list(actor=actor, day=DAY, **more).rows]


def test_the_list_says_whom_and_why(cast, make):
    promised, never, overdue, needy, fine = (make() for _n in range(5))
    strangers = make(cast.grid_wu)
    met(promised, 5, next_on=DAY)
    met(overdue, 120)
    met(needy, 2)
    met(fine, 2, next_on=DAY + timedelta(days=1))
    need = NeedFactory(household=needy.household, due_on=DAY + timedelta(days=2))
    assert lines(cast.li) == [
        (promised.household_id, Why.PROMISED),
        (needy.household_id, Why.NEED),
        (never.household_id, Why.NEVER),
        (overdue.household_id, Why.OVERDUE),
    ]
    assert today_list(actor=cast.li, day=DAY).rows[1].need == need
    assert lines(cast.wu) == [(strangers.household_id, Why.NEVER)]
    assert lines(cast.sun) == []
    assert lines(cast.li, why="overdue") == [(overdue.household_id, Why.OVERDUE)]
    assert today_list(actor=cast.li, day=DAY).counts == {
        Why.PROMISED: 1,
        Why.NEED: 1,
        Why.NEVER: 1,
        Why.OVERDUE: 1,
    }


def test_only_the_last_promise_counts(cast, make):
    person = make()
    met(person, 9, next_on=DAY - timedelta(days=1))
    met(person, 3, next_on=None)
    assert lines(cast.li) == []


def test_what_is_done_today_is_shown_as_done(cast, make):
    mine, colleague = make(), make()
    visit = VisitFactory(customer=mine, staff=cast.li, started_at=timezone.now(), met=False)
    VisitFactory(customer=colleague, staff=cast.wang, started_at=timezone.now(), met=False)
    today = today_list(actor=cast.li, day=timezone.localdate())
    assert today.done == [visit]
    assert [row.household.pk for row in today.rows] == [colleague.household_id]


def test_phones_are_masked(cast, make):
    person = make()
    person.phone = "13800138000"
    person.save()
    (row,) = today_list(actor=cast.li, day=DAY).rows
    assert row.phone == "138****8000"


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_questions_does_not_grow(cast, make, count, django_assert_num_queries):
    for _n in range(count):
        person = make()
        NeedFactory(household=person.household, due_on=DAY)
        VisitFactory(customer=person, staff=cast.wang, met=False)
    make(cast.grid_wu)
    with request_scope("test"), django_assert_num_queries(7):
        assert len(today_list(actor=cast.li, day=DAY).rows) == count
