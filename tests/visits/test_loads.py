"""What a grid's next person has to keep: visits due and days named, by grid, as far as the reader sees."""

from datetime import timedelta

import pytest

from tests.visits.bodies import person_in
from tests.visits.cadence.homes import DAY, met
from visits.loads import DUE, PROMISES

pytestmark = pytest.mark.django_db


@pytest.fixture
def promised(cast):
    """Return two who were told a day: one past, one to come."""
    late, ahead = (person_in(cast.grid_li, name) for name in ("罗大勇", "罗小勇"))
    met(late, 5, next_on=DAY - timedelta(days=1))
    met(ahead, 5, next_on=DAY + timedelta(days=9))
    met(person_in(cast.grid_li), 5)
    return late, ahead


def test_a_visit_is_due_once_however_many_reasons_and_a_promise_is_open_before_its_day(cast, promised):
    grids = [cast.grid_li.pk, cast.grid_wang.pk]
    assert DUE.count(cast.li, grids, None) == {cast.grid_li.pk: 1}
    assert PROMISES.count(cast.chen, grids, None) == {cast.grid_li.pk: 2}
    assert PROMISES.count(cast.chen, grids, [promised[1].household_id]) == {cast.grid_li.pk: 1}
    assert DUE.count(cast.li, grids, []) == {}


def test_promises_are_named_by_their_day_to_who_may_see_them(cast, promised):
    found = PROMISES.entries(cast.li, [cast.grid_li.pk], None)
    assert [(one.who, one.due) for one in found] == [
        ("罗大勇", DAY - timedelta(days=1)),
        ("罗小勇", DAY + timedelta(days=9)),
    ]
    assert found[0].url == promised[0].household.get_absolute_url()
    assert PROMISES.entries(cast.wu, [cast.grid_li.pk], None) == []
    assert PROMISES.count(cast.wu, [cast.grid_li.pk], None) == {}
