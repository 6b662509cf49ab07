"""On its day: grids, households, boundaries and lists in one transaction, once; what was stays."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from audit.outside import outside_explain
from audit.verification import verify
from customers.models import Attribution, Household
from grids.models import Assignment, Grid, GridName
from ground import services
from ground.cutting import Place, there
from ground.models import Boundary, Parcel, ServicePoint
from tests import factories
from tests.ground.drafting import TODAY, Villages, change, come, opened, published
from tests.ground.squares import give_ground, square, versions

YESTERDAY = TODAY - timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def villages(cast, unguarded):
    return Villages(cast)


def enforced(layout, count=1):
    assert services.layouts_due() == count
    layout.refresh_from_db()
    return layout


def test_a_whole_cut_takes_effect_once(cast, villages):
    give_ground(cast)
    row = change("found", opened(cast), cast.chen, name="甲二格", places=[villages.whole])
    row = change("rename", row, cast.chen, cell=villages.li, name="甲一格")
    row = change("move", row, cast.chen, places=[villages.two], cell="n1")
    row = come(published(row, cast.chen, cast.zhao))
    row = enforced(row)
    assert (row.state, row.begun_on, row.trouble) == ("done", TODAY, "")
    enforced(row, 0)
    made = Grid.objects.get(name="甲二格")
    assert (made.parent, made.valid_from, made.path) == (cast.east, TODAY, f"{cast.east.path}{made.pk}/")
    assert Household.objects.filter(grid=made).count() == 6
    assert set(Attribution.everywhere().values_list("grid_id", "valid_to", "moved_by_id")) == {
        (cast.grid_li.pk, YESTERDAY, cast.zhao.pk)
    }
    assert GridName.everywhere().get().name == "甲村"
    assert set(Parcel.objects.filter(grid=made).values_list("area_id", "group_name")) == {
        (villages.second.pk, ""), (villages.first.pk, "二组"),
    }  # fmt: skip
    told = AuditEvent.objects.order_by("-pk").first()
    assert (told.action, len(told.details["households"]), told.details["founded"]) == (
        "layout.done",
        6,
        [made.pk],
    )


@pytest.mark.parametrize("way", ["move", "merge"])
def test_the_trail_tells_of_each_household_that_a_layout_moved(cast, villages, way):
    give_ground(cast)
    telling = {
        "move": {"places": [villages.two], "cell": villages.wang},
        "merge": {"cell": villages.li, "into": villages.wang},
    }
    row = come(published(change(way, opened(cast), cast.chen, **telling[way]), cast.chen, cast.zhao))
    enforced(row)
    assert Attribution.everywhere().exists()
    assert not [one for one in verify().breaks if "attribution" in one]
    assert AuditEvent.objects.get(action="layout.done").details["households"] == sorted(
        set(Attribution.everywhere().values_list("household_id", flat=True))
    )


def test_what_is_closed_by_it_ends_yesterday_with_everything(cast, villages):
    give_ground(cast)
    factories.HouseholdFactory(grid=cast.grid_li, area=villages.first, group_name="一组", ended_on=YESTERDAY)
    Household.objects.update(created_at=villages.homes[0].created_at)
    row = change("merge", opened(cast), cast.chen, cell=villages.li, into=villages.wang)
    enforced(come(published(row, cast.chen, cast.zhao)))
    grid = Grid.objects.get(pk=cast.grid_li.pk)
    assert grid.valid_to == YESTERDAY
    assert Assignment.on(TODAY).filter(grid=grid).count() == 0
    assert Assignment.on(YESTERDAY).get(grid=grid).user == cast.li
    assert Household.objects.filter(grid=cast.grid_wang).count() == 15
    assert [one.valid_to for one in versions(grid)] == [YESTERDAY]
    first, second = versions(cast.grid_wang)
    assert (first.valid_to, second.valid_from, second.drawn_by) == (YESTERDAY, TODAY, cast.zhao)
    assert (second.min_lon, second.max_lon) == pytest.approx((107.0, 107.2))
    assert ServicePoint.objects.filter(grid=grid).count() == 0


def test_what_stands_against_it_by_then_is_said_and_takes_nothing(cast, villages):
    row = change("merge", opened(cast), cast.chen, cell=villages.li, into=villages.wang)
    row = come(published(row, cast.chen, cast.zhao))
    factories.HouseholdFactory(grid=cast.grid_li, area=villages.third, group_name="九组")
    row = enforced(row, 0)
    assert "九组" in row.trouble
    assert row.state == "signed"
    assert Grid.objects.get(pk=cast.grid_li.pk).valid_to is None
    count = AuditEvent.objects.count()
    enforced(row, 0)
    assert AuditEvent.objects.count() == count, "the same trouble is told once"
    assert services.layout_undo(actor=cast.chen, layout=row).state == "undone"


@pytest.mark.django_db(transaction=True)
def test_what_was_written_past_the_services_is_not_put_in_force(cast, villages):
    row = published(
        change("rename", opened(cast), cast.chen, cell=villages.li, name="新甲"), cast.chen, cast.zhao
    )
    outside_explain("a test's own world")
    row = enforced(come(row), 0)
    assert (row.state, "ground_layout" in row.trouble) == ("signed", True)
    outside_explain("the day was wrong")
    assert enforced(row).state == "done"


def test_half_of_it_is_never_done(cast, villages, monkeypatch):
    row = change("found", opened(cast), cast.chen, name="甲二格", places=[villages.whole])
    row = come(published(row, cast.chen, cast.zhao))
    monkeypatch.setattr("ground.services.enforcing._list", lambda *_all: 1 / 0)
    row = enforced(row, 0)
    assert row.trouble
    assert not Grid.objects.filter(name="甲二格").exists()
    assert Household.objects.filter(grid=cast.grid_li).count() == 9


def test_before_its_day_and_unsigned_it_waits(cast, villages):
    published(change("rename", opened(cast), cast.chen, cell=villages.li, name="新甲"), cast.chen, cast.zhao)
    waiting = change("rename", opened(cast), cast.chen, cell=villages.li, name="另甲")
    come(change("submit", waiting, cast.chen, first_day=TODAY))
    assert services.layouts_due() == 0


def test_days_that_were_missed_stay_as_they_were(cast, villages):
    row = change("move", opened(cast), cast.chen, places=[villages.two], cell=villages.wang)
    row = come(published(row, cast.chen, cast.zhao), TODAY - timedelta(days=13))
    assert enforced(row).begun_on == TODAY
    assert Attribution.everywhere().first().valid_to == YESTERDAY


def test_head_office_gives_a_village_to_another_branch(cast, villages):
    east, west = there(cast.east.pk), there(cast.west.pk)
    place = Place(cast.east.pk, villages.second.pk, "")
    row = opened(cast, actor=cast.zhao, grid=cast.root)
    row = change("move", row, cast.zhao, places=[place], cell=west)
    mate = factories.UserFactory(role="head_office")
    factories.AssignmentFactory(user=mate, grid=cast.root, part="deputy")
    enforced(come(published(row, cast.zhao, mate)))
    assert Household.objects.filter(grid=cast.west).count() == 4
    assert Parcel.objects.get(grid=cast.west).area == villages.second
    assert east != west
    # and the branch cuts it further
    row = opened(cast, actor=cast.zhou, grid=cast.west)
    moved = Place(cast.west.pk, villages.second.pk, "")
    row = change("move", row, cast.zhou, places=[moved], cell=there(cast.grid_wu.pk))
    enforced(come(published(row, cast.zhou, cast.zhao)))
    assert Household.objects.filter(grid=cast.grid_wu).count() == 4
    assert Attribution.everywhere().count() == 4, "moved twice on a day, one was nowhere between"


def test_what_left_a_grid_stands_no_more_in_its_list(cast, villages):
    row = change("move", opened(cast), cast.chen, places=[villages.two], cell=villages.wang)
    enforced(come(published(row, cast.chen, cast.zhao)))
    back = Place(cast.grid_wang.pk, villages.first.pk, "二组")
    Parcel.objects.update(valid_from=TODAY - timedelta(days=30))
    row = change("move", opened(cast), cast.chen, places=[back], cell=villages.li)
    enforced(come(published(row, cast.chen, cast.zhao)))
    spans = Parcel.objects.filter(area=villages.first, group_name="二组").order_by("pk")
    assert [(one.grid, one.valid_to) for one in spans] == [(cast.grid_wang, YESTERDAY), (cast.grid_li, None)]
    assert Boundary.objects.count() == 0


def test_tree_and_map_of_a_past_day_are_what_they_were(cast, villages, enter):
    give_ground(cast)
    long_ago = TODAY - timedelta(days=30)
    with_ground = Boundary.objects.values_list("grid_id", flat=True)
    assert set(with_ground) == {cast.grid_li.pk, cast.grid_wang.pk, cast.grid_wu.pk}
    drawn = [(one.grid, one.geojson) for one in Boundary.objects.select_related("grid")]
    row = change("found", opened(cast), cast.chen, name="甲二格", places=[villages.whole])
    row = change("merge", row, cast.chen, cell=villages.wang, into=villages.li)
    row = change("rename", row, cast.chen, cell=villages.li, name="大甲格")
    enforced(come(published(row, cast.chen, cast.zhao)))
    client = enter(cast.chen)
    now = client.get("/grids/").text
    assert "大甲格" in now
    assert "甲二格" in now
    assert "乙村" not in now
    then = client.get("/grids/", {"on": long_ago.isoformat()}).text
    assert "乙村" in then
    assert "甲村" in then
    assert "甲二格" not in then
    assert "大甲格" not in then
    assert "王磊" in then
    # the ground was drawn today: yesterday there was none
    past = client.get("/grids/map/data/", {"on": YESTERDAY.isoformat()}).json()
    assert past["features"] == []
    names = {one["properties"]["name"] for one in client.get("/grids/map/data/").json()["features"]}
    assert names == {"大甲格"}
    assert len(drawn) == 3


def test_the_map_of_a_day_shows_the_versions_of_that_day(cast, villages, enter):
    box = {"min_lon": 107.0, "max_lon": 107.1, "min_lat": 25.0, "max_lat": 25.1}
    since = TODAY - timedelta(days=30)
    for grid, x in ((cast.grid_li, 107.0), (cast.grid_wang, 107.1)):
        moved = {**box, "min_lon": x, "max_lon": x + 0.1}
        Boundary.objects.create(grid=grid, version=1, geojson=square(x), valid_from=since, **moved)
    row = change("merge", opened(cast), cast.chen, cell=villages.wang, into=villages.li)
    enforced(come(published(row, cast.chen, cast.zhao)))
    client = enter(cast.chen)
    past = client.get("/grids/map/data/", {"on": YESTERDAY.isoformat()}).json()["features"]
    assert {one["properties"]["name"] for one in past} == {"甲村", "乙村"}
    assert {one["properties"]["lead"] for one in past} == {"李娜", "王磊"}
    assert len(client.get("/grids/map/data/").json()["features"]) == 1
    page = client.get("/grids/map/", {"on": YESTERDAY.isoformat()}).text
    assert f'data-on="{YESTERDAY.isoformat()}"' in page
    assert "乙村" in page
