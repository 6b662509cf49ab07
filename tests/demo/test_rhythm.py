"""When managers go out and what comes of it, on an invented round."""

import random
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from demo import words
from demo.calendar import Span
from demo.rhythm import LOCAL, Home, Round, Walker

SPAN = Span(date(2026, 10, 20))
NOW = datetime.combine(SPAN.today, time(20, 45), LOCAL)
STAFF, DEPUTY, GRID = 7, 8, 3
PRODUCTS = [11, 12, 13]
HERE = (107.3, 25.8)


def home(number, **more):
    return Home(**{"household_id": number, "adults": (number * 10, number * 10 + 1), "since": SPAN.first, "position": HERE, "away": False, **more})  # fmt: skip


def walk(homes=None, *, seed=1, a_month=60.0, now=NOW, lead_on=None, **more):
    homes = [home(number) for number in range(1, 31)] if homes is None else homes
    lead_on = dict.fromkeys(SPAN.days(), STAFF) if lead_on is None else lead_on
    round_ = Round(grid_id=GRID, homes=homes, lead_on=lead_on, zeal={}, skill={}, **more)
    return Walker(random.Random(seed), SPAN, a_month, PRODUCTS, now).walk(round_)


def test_the_same_seed_walks_the_same_way_and_another_another():
    assert walk() == walk()
    assert walk(seed=2) != walk()
    calls = walk()
    assert calls == sorted(calls, key=lambda call: call.started_at)
    assert len({call.id for call in calls}) == len(calls) > 200


def test_nobody_goes_where_nobody_leads():
    first_half = [day for day in SPAN.days() if day < SPAN.first + timedelta(days=60)]
    calls = walk(lead_on=dict.fromkeys(first_half, STAFF))
    assert {call.staff_id for call in calls} == {STAFF}
    assert max(call.started_at.date() for call in calls) <= first_half[-1]
    assert walk(lead_on={}) == []
    assert walk(a_month=0.0) == []
    assert walk([]) == []


def test_nothing_lies_in_the_future_or_before_the_archive_was_opened():
    opened = SPAN.today - timedelta(days=30)
    calls = walk(
        [home(1), home(2, since=opened), *(home(number) for number in range(3, 20))], now=NOW.replace(hour=10)
    )
    assert max(call.started_at for call in calls) <= NOW.replace(hour=10)
    assert min(call.started_at.date() for call in calls if call.household_id == 2) >= opened


def test_who_is_met_lives_there_and_a_household_of_children_is_not_called_on():
    calls = walk([home(1), home(2, adults=()), *(home(number) for number in range(3, 20))])
    assert all(call.customer_id // 10 == call.household_id for call in calls)
    assert 2 not in {call.household_id for call in calls}
    assert {call.grid_id for call in calls} == {GRID}


def test_a_household_is_called_on_once_a_day():
    seen = Counter((call.household_id, call.started_at.date()) for call in walk(a_month=400.0))
    assert max(seen.values()) == 1


def test_tuesdays_thursdays_and_saturdays_are_the_days_and_nobody_walks_by_night():
    calls = walk(a_month=200.0)
    days = Counter(call.started_at.weekday() for call in calls)
    assert min(days[1], days[3], days[5]) > max(days[0], days[2], days[4], days[6])
    assert {8 <= call.started_at.hour < 21 for call in calls} == {True}
    assert {call.started_at.weekday() for call in calls if call.started_at.hour >= 19} == {1, 3}


def test_only_who_was_met_is_offered_something_and_asks_for_something():
    calls = walk(a_month=200.0)
    met, missed = ([call for call in calls if call.met == answer] for answer in (True, False))
    assert len(met) > len(missed) > 0
    assert not [call for call in missed if call.offers or call.needs]
    offers = [offer for call in met for offer in call.offers]
    assert {product for product, _result in offers} == set(PRODUCTS)
    assert {result for _product, result in offers} == {"accepted", "refused", "offered"}
    for call in met:
        assert len({product for product, _result in call.offers}) == len(call.offers)
        for text, due in call.needs:
            assert text in words.NEEDS
            assert due > call.started_at.date()
            assert text in call.note


def test_a_place_is_told_of_doors_only_and_near_the_house():
    calls = walk([home(1, position=None), *(home(number) for number in range(2, 20))], a_month=200.0)
    placed = [call for call in calls if call.position]
    assert {call.mode for call in placed} == {"door"}
    assert 1 not in {call.household_id for call in placed}
    for call in placed:
        assert max(abs(call.position[axis] - HERE[axis]) for axis in (0, 1)) <= 0.0004
    assert all((call.accuracy_m is None) == (call.position is None) for call in calls)


def test_what_was_not_met_by_phone_is_not_told_of_a_door():
    calls = [call for call in walk(a_month=300.0) if not call.met]
    assert {call.note for call in calls if call.mode in {"phone", "wechat"}} == {words.NOT_MET[-1]}
    assert words.NOT_MET[-1] not in {call.note for call in calls if call.mode == "door"}


def test_families_that_work_away_are_rather_called():
    def called(away):
        calls = walk([home(number, away=away) for number in range(1, 31)], a_month=200.0)
        return sum(call.mode in {"phone", "wechat"} for call in calls) / len(calls)

    assert called(away=True) > 1.5 * called(away=False)


def test_a_deputy_stands_in_now_and_then():
    staff = Counter(call.staff_id for call in walk(a_month=200.0, deputies=(DEPUTY,)))
    assert 0 < staff[DEPUTY] < staff[STAFF] / 3
    assert set(staff) == {STAFF, DEPUTY}


def test_who_is_shown_has_been_out_yesterday_and_has_promises_for_today():
    for seed in range(1, 6):
        calls = walk(a_month=20.0, seed=seed, shown=True)
        due = Counter(call.next_on for call in calls if call.next_on)
        assert due[SPAN.today] >= 1
        # a promise lies behind the visit on which it was given
        assert all(call.next_on > call.started_at.date() for call in calls if call.next_on)


@pytest.mark.parametrize("expected", [0.0, 0.5, 3.0, 20.0])
def test_how_many_is_drawn_around_what_is_expected(expected):
    walker = Walker(random.Random(1), SPAN, 1.0, PRODUCTS, NOW)
    drawn = [walker._count(expected) for _ in range(2_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(expected, abs=max(0.1, expected * 0.05))
    assert min(drawn) >= 0


def test_an_absurd_number_is_cut_off():
    assert Walker(random.Random(1), SPAN, 1.0, PRODUCTS, NOW)._count(10_000.0) <= 200
