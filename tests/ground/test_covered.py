"""How far the bank reaches the households of its ground."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from ground import services
from ground.covered import Asked, coverage
from ground.covers import Window
from ground.models import ServicePoint
from tests.factories import AreaFactory, HouseholdFactory
from tests.ground.squares import give_ground

pytestmark = pytest.mark.usefixtures("unguarded")
TODAY = timezone.localdate


def month() -> Window:
    return Window(TODAY().replace(day=1), TODAY())


def test_a_rate_is_of_the_register_and_where_nobody_wrote_it_down_of_the_households_here(cast):
    for n in range(3):
        HouseholdFactory(grid=cast.grid_li, last_met_on=TODAY() if n else None)
    HouseholdFactory(grid=cast.grid_wang)
    services.official_counts_set(
        actor=cast.chen, grid=cast.east, rows={cast.grid_li.pk: 8}, as_of=TODAY(), source="村委会名册"
    )
    found = coverage(actor=cast.chen, asked=Asked(cast.east, month()))
    lines = {line.grid.pk: line.reach for line in found.lines}
    assert lines[cast.grid_li.pk].rate("met") == Decimal("25.0")
    assert lines[cast.grid_li.pk].rate("known") == Decimal("37.5")
    assert (lines[cast.grid_wang.pk].official, lines[cast.grid_wang.pk].unknown) == (None, 1)
    assert lines[cast.grid_wang.pk].rate("known") == Decimal("100.0")
    assert (found.total.official, found.total.unknown, found.total.whole) == (8, 1, 9)
    here = coverage(actor=cast.chen, asked=Asked(cast.east, month(), by_register=False))
    assert here.total.whole == 4


def test_what_hangs_in_the_branch_itself_is_a_line_of_its_own_and_the_lines_add_up(cast):
    HouseholdFactory(grid=cast.east)
    HouseholdFactory(grid=cast.grid_li)
    HouseholdFactory(grid=cast.grid_wu)
    found = coverage(actor=cast.chen, asked=Asked(cast.east, month()))
    assert [line.grid for line in found.lines][-1] == cast.east
    assert sum(line.reach.households["known"] for line in found.lines) == 2 == found.total.households["known"]
    bank = coverage(actor=cast.zhao, asked=Asked(cast.root, month()))
    assert {line.grid: line.reach.households["known"] for line in bank.lines} == {cast.east: 2, cast.west: 1}


def test_a_manager_sees_his_own_ground_alone(cast):
    HouseholdFactory(grid=cast.grid_li)
    HouseholdFactory(grid=cast.grid_wang)
    found = coverage(actor=cast.li, asked=Asked(cast.grid_li, month()))
    assert [line.grid for line in found.lines] == [cast.grid_li]
    assert found.total.households["known"] == 1


def test_a_month_before_is_asked_as_it_stood_on_its_last_day(cast):
    last = TODAY().replace(day=1) - timedelta(days=1)
    services.official_counts_set(
        actor=cast.chen, grid=cast.east, rows={cast.grid_li.pk: 4}, as_of=last - timedelta(days=9), source="a"
    )
    services.official_counts_set(
        actor=cast.chen, grid=cast.east, rows={cast.grid_li.pk: 10}, as_of=TODAY(), source="b"
    )
    old = HouseholdFactory(grid=cast.grid_li, complete_since=last - timedelta(days=1))
    type(old).objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=90))
    HouseholdFactory(grid=cast.grid_li)
    asked = Asked(cast.east, month(), Window(last.replace(day=1), last))
    found = coverage(actor=cast.chen, asked=asked)
    assert found.then is not None
    assert (found.then.households["known"], found.then.households["complete"], found.then.official) == (
        1,
        1,
        4,
    )
    assert (found.total.households["known"], found.total.official) == (2, 10)


def test_villages_without_an_open_service_point_are_named_with_the_way_to_the_nearest(cast):
    give_ground(cast)
    served, remote = AreaFactory(level="village"), AreaFactory(level="village")
    for grid, area in ((cast.grid_li, served), (cast.grid_wang, remote)):
        grid.area = area
        grid.save()
    HouseholdFactory(grid=cast.grid_wang)
    point = ServicePoint.objects.get(grid=cast.grid_li)
    ServicePoint.objects.filter(grid=cast.grid_wang).update(closed_on=TODAY())
    found = coverage(actor=cast.chen, asked=Asked(cast.east, month()))
    (one,) = found.remote
    assert (one.area, one.households, found.villages) == (remote, 1, 2)
    assert one.kilometres is not None and one.kilometres > 0
    assert found.total.points == 1 and found.total.farthest is not None
    point.closed_on = TODAY()
    point.save()
    assert len(coverage(actor=cast.chen, asked=Asked(cast.east, month())).remote) == 2


def test_a_grid_of_an_earlier_day_has_what_was_known_then(cast):
    assert (
        coverage(
            actor=cast.chen, asked=Asked(cast.east, Window(date(2019, 1, 1), date(2019, 1, 31)))
        ).total.whole
        == 0
    )
