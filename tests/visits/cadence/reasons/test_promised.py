"""A household is told a day, and the list remembers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from customers.models import Household
from tests.factories import VisitFactory
from tests.visits.bodies import person_in
from tests.visits.cadence.homes import facts
from visits.cadence.reasons import promised

DAY = date(2026, 3, 10)


def ahead(days):
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(("days", "late"), [(1, None), (0, 0), (-1, 1), (-400, 400)])
def test_it_waits_from_its_day_on(days, late):
    assert promised.late(ahead(days), DAY) == late


def test_nothing_was_promised_where_nothing_is_known():
    assert promised.late(None, DAY) is None


@pytest.mark.parametrize(
    ("days", "said"), [(0, ("约定今天", "ok")), (-1, ("约定 03-09，已过 1 天", "warn")), (-9, ("约定 03-01，已过 9 天", "warn"))]
)  # fmt: skip
def test_it_says_for_when_it_was_promised(days, said):
    badge = promised.words(ahead(days), DAY)
    assert (badge.text, badge.tone) == said


def test_one_day_and_several_are_told_apart_in_english():
    with translation.override("en"):
        said = [promised.words(ahead(-days), DAY).text for days in (1, 2)]
    assert said == ["promised for 03-09, 1 day late", "promised for 03-08, 2 days late"]


def visit(person, day, hour=2, **fields):
    return VisitFactory(customer=person, started_at=datetime(2026, 3, day, hour, tzinfo=UTC), **fields)


def found(cast, day=DAY):
    return facts(promised.REASON, Household.objects.visible_to(cast.li), day)


def test_only_the_last_visits_promise_counts(cast):
    kept, answered, none = (person_in(cast.grid_li) for _n in range(3))
    visit(kept, 2, next_on=date(2026, 3, 4))
    visit(kept, 5, next_on=date(2026, 3, 9))
    visit(answered, 2, next_on=date(2026, 3, 4))
    # nobody was met and no day was named: the promise was kept all the same
    visit(answered, 4, met=False)
    assert found(cast) == {
        kept.household_id: date(2026, 3, 9),
        answered.household_id: None,
        none.household_id: None,
    }


def test_of_two_visits_of_a_day_the_later_one_speaks(cast):
    person = person_in(cast.grid_li)
    visit(person, 5, hour=9, next_on=date(2026, 3, 20))
    visit(person, 5, hour=1, next_on=date(2026, 3, 8))
    assert found(cast) == {person.household_id: date(2026, 3, 20)}


def test_a_day_of_the_past_is_judged_by_what_was_said_until_then(cast):
    person = person_in(cast.grid_li)
    visit(person, 2, next_on=date(2026, 3, 4))
    visit(person, 8, next_on=date(2026, 3, 30))
    assert found(cast, date(2026, 3, 7)) == {person.household_id: date(2026, 3, 4)}
    assert found(cast, date(2026, 3, 8)) == {person.household_id: date(2026, 3, 30)}
    assert found(cast, date(2026, 3, 1)) == {person.household_id: None}
