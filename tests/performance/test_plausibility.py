"""What stands out in a month: listed from so many on, most first, and sealed as it was looked at."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from customers.models import Attribution, CompleteSpan
from grids.services import AssignmentRow, assignments_bulk_create, handovers_due
from performance.plausibility import ALIKE, CHECKS, HOURLY, WORDS, Found, look_at, seal_of
from performance.services import targets_sign, targets_write
from tests.factories import (
    AssignmentFactory,
    GridFactory,
    HouseholdFactory,
    OfferFactory,
    UserFactory,
    VisitFactory,
)
from tests.grids.services.test_handovers import opened, signed
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


def kinds(cast, month=MONTH):
    return {(one.key, one.name): one.count for one in look_at(cast.root, month)}


def test_haste_is_seen_however_the_visits_are_spread_within_the_hour(cast):
    people = [customer(household(cast.grid_li)) for _ in range(HOURLY + 1)]
    start = datetime(2026, 9, 3, 2, tzinfo=UTC)
    for n, person in enumerate(people[:-1]):
        VisitFactory(staff=cast.li, customer=person, started_at=start + timedelta(minutes=4 * n))
    assert ("hurried", cast.li.name) not in kinds(cast)
    VisitFactory(staff=cast.li, customer=people[-1], started_at=start + timedelta(minutes=59))
    assert kinds(cast)["hurried", cast.li.name] == HOURLY + 1


def test_archives_are_alike_that_differ_in_their_numbers_only(cast):
    filled = {"complete_since": MONTH, "archived_by": cast.li, "house_type": "brick"}
    for n in range(ALIKE):
        HouseholdFactory(grid=cast.grid_li, income_source=f"种烤烟{n}亩", land_mu=n, **filled)
    assert kinds(cast)["alike", cast.li.name] == ALIKE
    for n in range(ALIKE):
        HouseholdFactory(
            grid=cast.grid_wang, income_source="种烤烟", land_mu=n, **filled | {"archived_by": cast.wang}
        )
    assert ("alike", cast.wang.name) not in kinds(cast)


def test_nine_accepted_in_ten_are_as_good_as_all(cast):
    person, rows = customer(household(cast.grid_li)), []
    for n in range(21):
        result = "accepted" if n > 1 else "refused"
        rows.append(OfferFactory(staff=cast.li, customer=person, offered_on=MONTH, result=result))
    assert kinds(cast)["all_accepted", cast.li.name] == 19
    OfferFactory(staff=cast.li, customer=person, offered_on=MONTH, result="refused")
    assert ("all_accepted", cast.li.name) not in kinds(cast)


def test_what_lay_otherwise_on_the_last_day_only_is_looked_at(cast):
    last, first = date(2026, 9, 30), date(2026, 10, 1)
    for _ in range(3):
        home = household(cast.grid_li)
        CompleteSpan(household=home, valid_from=last, valid_to=last).save()
        Attribution(
            household=home, grid=cast.grid_li, valid_from=MONTH, valid_to=last, moved_by=cast.chen,
            moved_at=timezone.make_aware(datetime.combine(first, time(7))),
        ).save()  # fmt: skip
    found = kinds(cast)
    assert (found["emptied", "–"], found["moved", cast.chen.name]) == (3, 3)


def test_targets_signed_when_the_month_was_over_are_looked_at(cast):
    second = UserFactory(role="head_office", name="钱知秋")
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    for month in (MONTH, timezone.localdate().replace(day=1)):
        rows = {cast.grid_li.pk: (Decimal("0.01"), None, None)}
        where = {"grid": cast.east, "month": month}
        targets_write(actor=cast.chen, indicator="new_customers", rows=rows, **where)
        targets_sign(actor=second, **where)
    assert kinds(cast)["targets", second.name] == 1
    assert ("targets", second.name) not in kinds(cast, timezone.localdate().replace(day=1))


def test_who_leads_is_looked_at_whether_one_by_one_in_bulk_or_by_the_clock(cast):
    before = datetime(2026, 11, 10, 2, tzinfo=UTC)
    with time_machine.travel(before, tick=False):
        act = signed(cast, opened(cast, first_day=date(2026, 11, 15)), "li", "sun", "chen")
    with time_machine.travel(before + timedelta(days=18), tick=False):
        assert handovers_due() == 1
    found = kinds(cast, date(2026, 11, 1))
    assert (found["late_handovers", act.opened_by.name], found["leads", act.opened_by.name]) == (1, 1)
    rows = [AssignmentRow(GridFactory(parent=cast.east), cast.sun, timezone.localdate())]
    assignments_bulk_create(actor=cast.zhao, rows=rows)
    assert kinds(cast, timezone.localdate().replace(day=1))["leads", cast.zhao.name] == 1
