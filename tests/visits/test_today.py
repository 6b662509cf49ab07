"""The day's list: whom, why, in what order; what is done."""

from datetime import timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from customers.models import Household
from gridbank.context import request_scope
from tests.factories import NeedFactory, VisitFactory
from tests.visits.bodies import person_in
from visits.cadence import Badge, Reason, judging, registry
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


def all_kinds(cast, make):
    """Make households on both sides of every edge."""
    for days in (None, 0, 89, 90, 91, 92):
        for ahead in (None, -1, 0, 1, 2, 3, 4):
            person = make()
            if days is not None:
                promise = None if ahead is None else DAY + timedelta(days=ahead)
                met(person, days, next_on=promise)
            if ahead is not None and days != 90:
                NeedFactory(household=person.household, due_on=DAY + timedelta(days=ahead))
    return Household.objects.visible_to(cast.li)


def named(reason, homes):
    """Return the households that a reason's condition finds, and those that the reason itself would show."""
    facts = {} if reason.find is None else {reason.fact: reason.find(DAY)}
    rows = homes.annotate(**facts)
    found = set(rows.filter(reason.condition(DAY)).values_list("pk", flat=True))
    shown = {pk for pk, day in rows.values_list("pk", reason.fact) if reason.late(day, DAY) is not None}
    return found, shown


def test_the_database_and_the_reason_itself_name_the_same_households(cast, make):
    """A household that only the reason itself knows of would be hidden, and nobody would notice."""
    homes = all_kinds(cast, make)
    for reason in registry.REASONS:
        found, shown = named(reason, homes)
        assert found == shown, reason.key
        assert found, reason.key
        assert len(found) < homes.count(), reason.key


def test_a_new_reason_is_asked_in_the_database_too(cast, make, monkeypatch):
    """One reason more, and nothing else is told of it: what only it names is on the list."""
    person = make()
    met(person, 1)
    assert lines(cast.li) == []
    yesterday = DAY - timedelta(days=1)
    fresh = Reason(
        "fresh", "fresh", 5, "last_met_on", None,
        lambda _day: Q(last_met_on=yesterday),
        lambda last, _day: 0 if last == yesterday else None,
        lambda _last, _day: Badge("met yesterday", "ok"),
    )  # fmt: skip
    monkeypatch.setattr(registry, "REASONS", (fresh, *registry.REASONS))
    assert lines(cast.li, why="fresh") == [(person.household_id, "fresh")]
    (row,) = today_list(actor=cast.li, day=DAY).rows
    assert [badge.text for badge in row.badges] == ["met yesterday"]


def test_what_is_read_of_the_database_is_all_that_is_due(cast, make):
    homes = all_kinds(cast, make)
    read = {standing.household_id for standing in judging.may_be_due(homes, DAY, 5000)}
    due = {pk for reason in registry.REASONS for pk in named(reason, homes)[1]}
    assert read == due
