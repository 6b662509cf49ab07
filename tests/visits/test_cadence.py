"""Who is due, and in which order."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from visits.cadence import Standing, by_reason, in_order, judge
from visits.enums import Why

DAY = date(2026, 3, 10)


def at(days):
    return DAY - timedelta(days=days)


def whys(**known):
    due = judge(Standing(1, **known), DAY)
    return None if due is None else (*due.whys, due.days)


def test_a_household_met_lately_can_wait():
    assert whys(last_met_on=at(90)) is None
    assert whys(last_met_on=at(0), promised_on=at(-1), need_due_on=at(-4)) is None


def test_each_reason():
    assert whys() == (Why.NEVER, 0)
    assert whys(last_met_on=at(91)) == (Why.OVERDUE, 1)
    assert whys(last_met_on=at(3), promised_on=at(0)) == (Why.PROMISED, 0)
    assert whys(last_met_on=at(3), need_due_on=at(-3)) == (Why.NEED, -3)
    assert whys(last_met_on=at(100), promised_on=at(5), need_due_on=at(1)) == (
        Why.PROMISED, Why.NEED, Why.OVERDUE, 5,
    )  # fmt: skip


def test_promises_come_first_then_needs_then_the_unknown_then_the_forgotten():
    dues = [
        judge(each, DAY)
        for each in (
            Standing(1, at(100)), Standing(2), Standing(3, at(9), at(1)), Standing(4, at(9), at(4)),
            Standing(5, at(9), None, at(0)), Standing(6, at(200)), Standing(7),
        )
    ]  # fmt: skip
    assert [due.household_id for due in in_order(dues)] == [4, 3, 5, 2, 7, 6, 1]
    assert by_reason(dues) == {Why.PROMISED: 2, Why.NEED: 1, Why.NEVER: 2, Why.OVERDUE: 2}


DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.lists(st.builds(Standing, st.integers(1, 50), DAYS, DAYS, DAYS), max_size=30), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_reading(standings, random):
    dues = [
        due for due in (judge(each, DAY) for each in {s.household_id: s for s in standings}.values()) if due
    ]
    shuffled = dues[:]
    random.shuffle(shuffled)
    assert in_order(shuffled) == in_order(dues)
