"""The tables of a month's households: whose each of them is, for which part of the month, and who was met first."""

from datetime import UTC, date, datetime, timedelta

import pytest

from customers.models import Household, IdentitySpan, Residence, Restriction
from gridbank.scoping import waive_scope
from performance.indicators import Window
from performance.indicators.households import household_state
from tests.factories import CustomerFactory, GridFactory, VisitFactory
from tests.people import assign
from tests.performance.indicators.counted import WINDOW, earn, laid_out
from tests.performance.world import MONTH, customer, household, visit

FIRST = "SELECT household_id, day, grid_id, branch_id, staff_id FROM rank_visit ORDER BY household_id"
HOMES = (
    "SELECT household_id, grid_id, staff_id, micros FROM rank_home ORDER BY household_id, grid_id, staff_id"
)
ADULTS = "SELECT adults, verified FROM rank_adults"


def days(rows, at=1):
    return [row[at] if isinstance(row[at], date) else date.fromisoformat(row[at]) for row in rows]


@pytest.fixture
def person(cast):
    return customer(household(cast.grid_li))


def test_the_first_visit_at_which_somebody_was_met_counts(cast, person):
    visit(cast.li, person, 3, met=False)
    visit(cast.li, person, 4, is_late=True)
    visit(cast.wang, person, 9)
    visit(cast.li, person, 6)
    (row,) = laid_out(cast, FIRST)
    assert days([row]) == [date(2026, 9, 6)]
    assert (row[0], *row[2:]) == (person.household_id, cast.grid_li.pk, cast.east.pk, cast.li.pk)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2026, 8, 31, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), True),
        (datetime(2026, 9, 30, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 9, 30, 16, 0, tzinfo=UTC), False),
    ],
)
def test_the_month_is_that_of_the_clock_on_the_wall(cast, person, at, counts):
    VisitFactory(staff=cast.li, customer=person, started_at=at)
    assert len(laid_out(cast, FIRST)) == counts


def test_two_visits_of_one_instant_are_told_apart_by_their_keys(cast, person):
    made = [visit(cast.li, person, 6) for _n in range(3)]
    ((found,),) = laid_out(cast, "SELECT REPLACE(CAST(visit_id AS text), '-', '') FROM rank_visit")
    assert found == min(one.pk.hex for one in made)


def test_whoever_led_the_grid_on_the_day_is_credited(cast, person):
    with waive_scope("a test ends an assignment"):
        cast.li.assignments.update(valid_to=date(2026, 9, 10))
    assign(cast.sun, cast.grid_li, since=date(2026, 9, 12))
    others = [customer(household(cast.grid_li)) for _n in range(2)]
    # whoever made it
    for who, day in ((person, 10), (others[0], 11), (others[1], 12)):
        visit(cast.wang, who, day)
    assert [row[-1] for row in laid_out(cast, FIRST)] == [cast.li.pk, 0, cast.sun.pk]


def test_a_visit_in_another_bank_is_none_of_this_one(cast):
    visit(cast.li, customer(household(GridFactory())), 6)
    assert laid_out(cast, FIRST) == []


def test_what_a_final_month_counted_leaves_its_place_to_the_next(cast, person):
    first = visit(cast.li, person, 3)
    visit(cast.li, person, 8)
    earn(cast, "visit_coverage", "visit", first.pk.hex)
    assert days(laid_out(cast, FIRST)) == [date(2026, 9, 8)]


def test_a_household_is_split_over_the_leads_of_the_month_and_nothing_is_lost(cast):
    with waive_scope("a test ends an assignment"):
        cast.li.assignments.update(valid_to=date(2026, 9, 10))
    assign(cast.sun, cast.grid_li, since=date(2026, 9, 12))
    home = household(cast.grid_li)
    rows = laid_out(cast, HOMES)
    assert [(row[0], row[1]) for row in rows] == [(home.pk, cast.grid_li.pk)] * 3
    assert {row[2]: row[3] for row in rows} == {0: 33_334, cast.li.pk: 333_333, cast.sun.pk: 633_333}
    assert sum(row[3] for row in rows) == 1_000_000


def test_a_household_that_came_after_the_window_is_none_of_its_homes(cast):
    end = datetime(2026, 9, 30, 16, tzinfo=UTC)
    late, just = household(cast.grid_li), household(cast.grid_li)
    with waive_scope("a test sets when an archive was made"):
        Household.objects.filter(pk=late.pk).update(created_at=end)
        Household.objects.filter(pk=just.pk).update(created_at=end - timedelta(seconds=1))
    assert [row[0] for row in laid_out(cast, HOMES)] == [just.pk]


def test_who_was_met_before_the_household_moved_is_there_without_a_part(cast, person):
    visit(cast.li, person, 6)
    with waive_scope("a test moves a household"):
        Household.objects.filter(pk=person.household_id).update(grid=cast.grid_wu)
    rows = {row[1]: row[2:] for row in laid_out(cast, HOMES)}
    assert rows == {cast.grid_li.pk: (cast.li.pk, 0), cast.grid_wu.pk: (cast.wu.pk, 1_000_000)}


def test_homes_are_numbered_without_a_gap(cast):
    for grid in (cast.grid_wu, cast.grid_li, cast.east, cast.root):
        household(grid)
    rows = laid_out(cast, "SELECT place, COALESCE(branch_id, 0), staff_id FROM rank_home ORDER BY place")
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    assert [row[1:] for row in rows] == sorted(row[1:] for row in rows)


@pytest.mark.parametrize(
    ("fields", "adults", "verified"),
    [
        ({"birth_date": date(2008, 9, 30)}, 1, 0),
        ({"birth_date": date(2008, 10, 1)}, 0, 0),
        ({"birth_date": None}, 0, 0),
        ({"app_downloaded_on": MONTH, "app_verified_on": date(2026, 9, 30)}, 1, 1),
        ({"app_downloaded_on": MONTH, "app_verified_on": date(2026, 10, 1)}, 1, 0),
        ({"created_at": datetime(2026, 9, 30, 16, tzinfo=UTC)}, 0, 0),
        ({"created_at": datetime(2026, 9, 30, 15, tzinfo=UTC)}, 1, 0),
    ],
)
def test_grown_ups_are_counted_as_of_the_windows_last_day(cast, fields, adults, verified):
    home = household(cast.grid_li)
    CustomerFactory(
        household=home,
        **{"birth_date": date(1980, 1, 1), "created_at": datetime(2024, 1, 1, tzinfo=UTC), **fields},
    )
    assert laid_out(cast, ADULTS) == ([(adults, verified)] if adults else [])


def test_a_state_is_counted_where_a_household_has_its_part(cast, person):
    """Who was met before the household moved has no part of the state at the month's end."""
    visit(cast.li, person, 6)
    with waive_scope("a test moves a household"):
        Household.objects.filter(pk=person.household_id).update(grid=cast.grid_wu)
    sql = household_state(WINDOW, "2", "r.micros")
    rows = laid_out(
        cast, f"SELECT staff_id, grid_id, source, source_id, numerator, denominator, day FROM ({sql}) t"
    )
    (row,) = rows
    assert row[:6] == (cast.wu.pk, cast.grid_wu.pk, "household", str(person.household_id), 2, 1_000_000)
    assert days(rows, 6) == [WINDOW.as_of]


def test_a_running_month_is_split_over_the_days_so_far(cast):
    with waive_scope("a test ends an assignment"):
        cast.li.assignments.update(valid_to=date(2026, 9, 4))
    household(cast.grid_li)
    rows = laid_out(cast, HOMES, Window(MONTH, date(2026, 9, 5)))
    assert {row[2]: row[3] for row in rows} == {0: 200_000, cast.li.pk: 800_000}


def put(row, **fields):
    with waive_scope("test"):
        type(row).objects.filter(pk=row.pk).update(**fields)


def span(cast, person, born, until):
    """Say of which date of birth somebody was until a day."""
    IdentitySpan(
        customer=person, birth_date=born, valid_from=date(2024, 1, 1), valid_to=until, changed_by=cast.li,
        changed_at=datetime(2026, 10, 9, tzinfo=UTC),
    ).save()  # fmt: skip


@pytest.mark.parametrize(
    ("then", "is_one", "counts"),
    [
        # entered, or taken out, after the month: it isn't told of it
        ((None, date(2026, 10, 5)), date(1980, 1, 1), False),
        ((date(1980, 1, 1), date(2026, 9, 30)), None, True),
        ((date(1980, 1, 1), date(2026, 10, 5)), date(2020, 1, 1), True),
        # before its last day: as it is since
        ((date(1980, 1, 1), date(2026, 9, 29)), None, False),
        ((None, date(2026, 9, 29)), date(1980, 1, 1), True),
    ],
)
def test_who_is_an_adult_is_asked_of_the_last_day(cast, person, then, is_one, counts):
    put(person, birth_date=is_one)
    span(cast, person, *then)
    assert laid_out(cast, ADULTS) == ([(1, 0)] if counts else [])


def lives(cast, person, home, until):
    """Let somebody have lived in another household until a day."""
    Residence(
        customer=person, household=home, valid_from=date(2024, 1, 1), valid_to=until, moved_by=cast.li,
        moved_at=datetime(2026, 10, 9, tzinfo=UTC),
    ).save()  # fmt: skip


@pytest.mark.parametrize("who", ["newcomer", "neighbour", "nobody"])
def test_whoever_comes_after_the_month_does_not_bring_a_household_back_into_it(cast, person, who):
    """Its only person died in it; in January it is lived in again, and September stays what it was."""
    home = person.household
    put(person, died_on=date(2026, 9, 20))
    if who == "newcomer":
        CustomerFactory(household=home, created_at=datetime(2026, 10, 1, 9, tzinfo=UTC))
    if who == "neighbour":
        lives(cast, customer(home), household(cast.grid_wang), date(2026, 9, 30))
    put(home, ended_on=None)
    assert home.pk not in {row[0] for row in laid_out(cast, HOMES)}


@pytest.mark.parametrize(
    ("until", "is_there"), [(date(2026, 9, 29), False), (date(2026, 9, 30), True), (date(2026, 10, 5), True)]
)
def test_a_household_is_over_when_the_last_of_the_living_has_left(cast, person, until, is_there):
    home = person.household
    put(person, died_on=date(2026, 9, 20))
    lives(cast, customer(household(cast.grid_wang)), home, until)
    assert (home.pk in {row[0] for row in laid_out(cast, HOMES)}) is is_there


@pytest.mark.parametrize(
    ("until", "is_there"), [(date(2026, 9, 29), False), (date(2026, 9, 30), True), (date(2026, 10, 5), True)]
)
def test_a_household_that_everybody_left_is_over_from_the_day_after(cast, until, is_there):
    home, empty = household(cast.grid_li), household(cast.grid_li)
    lives(cast, customer(household(cast.grid_wang)), home, until)
    found = {row[0] for row in laid_out(cast, HOMES)}
    assert (home.pk in found, empty.pk in found) == (is_there, True), "one of which nobody was told is there"


@pytest.mark.parametrize(
    ("since", "until", "is_there"),
    [(29, None, False), (30, None, False), (31, None, True), (2, 30, True), (2, 31, False)],
)
def test_whoever_is_only_kept_on_the_last_day_is_no_adult_and_his_household_asks_for_nobody(
    cast, person, since, until, is_there
):
    def at(day):
        return None if day is None else datetime(2026, 9, 1, 1, tzinfo=UTC) + timedelta(days=day - 1)

    wife = customer(household(cast.grid_li))
    beside = CustomerFactory(household=wife.household, birth_date=date(1980, 1, 1), created_at=at(1))
    for one in (person, beside):
        Restriction(
            customer=one, reason="本人要求", set_by=cast.li, set_at=at(since), lifted_at=at(until),
            lifted_by=cast.chen if until else None, lifted_because="撤回" if until else "",
        ).save()  # fmt: skip
    found = {row[0] for row in laid_out(cast, HOMES)}
    assert (person.household_id in found, wife.household_id in found) == (is_there, True)
