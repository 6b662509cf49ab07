"""Which households moved in some days, as whoever publishes a month is told."""

from datetime import date

import pytest

from customers.models import Household
from customers.moves import moves_within
from customers.services.attribution import household_move
from gridbank.scoping import waive_scope
from performance import services
from tests.performance.world import MONTH, fill, household

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)


def go(actor, home, grid, day):
    """Move a household as of a day, whatever a person may."""
    with waive_scope("test"):
        before = home.grid
        Household.objects.filter(pk=home.pk).update(grid=grid)
        home.refresh_from_db()
        household_move(actor=actor, household=home, before=before, first_day=day)


def told(cast, actor, first=FIRST, last=LAST):
    moves, count = moves_within(actor=actor, first=first, last=last, most=100)
    return [
        (one.day, one.left, one.entered, one.until, one.by, one.count, one.is_brief) for one in moves
    ], count


@pytest.fixture
def night(cast):
    """Li's households are the branch's for the night of the count: the branch manager's doing."""
    homes = [household(cast.grid_li) for _ in range(24)]
    for home in homes:
        go(cast.chen, home, cast.east, LAST)
        go(cast.chen, home, cast.grid_li, date(2026, 10, 1))
    return homes


def test_the_night_of_the_count_is_one_line_that_stands_out(cast, night):
    line = (LAST, cast.grid_li, cast.east, LAST, cast.chen, 24, True)
    assert told(cast, cast.zhao) == ([line], 24)
    back = (date(2026, 10, 1), cast.east, cast.grid_li, None, cast.chen, 24, False)
    assert told(cast, cast.zhao, date(2026, 10, 1), date(2026, 10, 31)) == ([back], 24)
    (moves,) = moves_within(actor=cast.zhao, first=FIRST, last=LAST, most=5)[0]
    assert (moves.count, moves.households) == (24, night[:5])


@pytest.mark.parametrize(
    ("day", "found"),
    [(date(2026, 8, 31), 0), (FIRST, 1), (LAST, 1), (date(2026, 10, 1), 0)],
)
def test_the_first_day_elsewhere_says_the_month(cast, day, found):
    go(cast.zhao, household(cast.grid_li), cast.grid_wang, day)
    assert told(cast, cast.zhao)[1] == found


def test_another_hand_another_way_and_a_longer_stay_are_lines_of_their_own(cast):
    for actor, grid in ((cast.chen, cast.east), (cast.zhao, cast.east), (cast.zhao, cast.grid_wu)):
        go(actor, household(cast.grid_li), grid, LAST)
    home = household(cast.grid_li)
    go(cast.zhao, home, cast.grid_wang, date(2026, 9, 10))
    go(cast.zhao, home, cast.grid_li, date(2026, 9, 17))
    lines, count = told(cast, cast.zhao)
    assert count == 5
    assert {line[4:6] for line in lines} == {(cast.chen, 1), (cast.zhao, 1)}
    assert (date(2026, 9, 10), cast.grid_li, cast.grid_wang, date(2026, 9, 16), cast.zhao, 1, True) in lines


def test_what_stays_a_week_is_no_night_move(cast):
    home = household(cast.grid_li)
    go(cast.zhao, home, cast.grid_wang, date(2026, 9, 10))
    go(cast.zhao, home, cast.grid_li, date(2026, 9, 18))
    assert [line[6] for line in told(cast, cast.zhao)[0]] == [False, False]


def test_nobody_is_told_of_households_out_of_his_sight(cast, night):
    go(cast.zhao, household(cast.grid_li), cast.grid_wu, LAST)
    assert told(cast, cast.chen)[1] == 24
    assert told(cast, cast.wu)[1] == 1
    (line,) = told(cast, cast.wu)[0]
    # the grid it came from is another branch's: not even its name
    assert line[1:3] == (None, cast.grid_wu)
    assert told(cast, cast.sun) == ([], 0)


def test_the_months_page_lists_them_before_publishing(client, cast, night):
    fill(cast)
    services.run_compute(bank=cast.root, month=MONTH)
    client.force_login(cast.zhao)
    text = client.get("/performance/2026-09/").text
    assert ("本月有 24 户调整了网格" in text, "仅至 2026-09-30" in text, night[0].code in text) == (
        True,
        True,
        True,
    )
    client.force_login(cast.wu)
    assert "调整了网格" not in client.get("/performance/2026-09/").text
