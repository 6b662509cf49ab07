"""A draft changes nothing; two people publish it; until its day it is undone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from audit.models import AuditEvent
from customers.models import Household
from gridbank.errors import Refused
from grids.models import Grid
from ground import services
from ground.cutting import there
from ground.drafts import grids_to_cut, layout_list, layouts_to_sign, sheet, version_of
from ground.models import Layout, LayoutVersion
from tests import factories
from tests.ground.drafting import TODAY, Villages, change, opened, published
from tests.ground.squares import give_ground

pytestmark = pytest.mark.django_db


@pytest.fixture
def villages(cast, unguarded):
    return Villages(cast)


def after(cast, layout):
    found = sheet(actor=cast.chen, layout=layout)
    return {found.cells[key].name: count for key, count in found.after.items() if key in found.cells}


def test_a_draft_moves_groups_and_changes_nothing_yet(cast, villages):
    row = opened(cast)
    assert after(cast, row) == {"甲村": 9, "乙村": 5}
    row = change("move", row, cast.chen, places=[villages.two], cell=villages.wang)
    assert after(cast, row) == {"甲村": 7, "乙村": 7}
    assert sheet(actor=cast.chen, layout=row).moved == 2
    assert Household.objects.filter(grid=cast.grid_li).count() == 9
    assert AuditEvent.objects.filter(action="layout.changed").count() == 1


def test_a_grid_is_split_merged_renamed_closed_and_kept(cast, villages):
    row = opened(cast)
    row = change("found", row, cast.chen, name="甲二格", places=[villages.whole])
    assert after(cast, row) == {"甲村": 5, "乙村": 5, "甲二格": 4}
    row = change("rename", row, cast.chen, cell=villages.li, name="甲一格")
    row = change("merge", row, cast.chen, cell="n1", into=villages.wang)
    assert after(cast, row) == {"甲一格": 5, "乙村": 9}
    row = change("close_cell", row, cast.chen, cell=villages.li)
    assert [one.kind for one in sheet(actor=cast.chen, layout=row).must] == ["orphans", "orphans"]
    row = change("keep_cell", row, cast.chen, cell=villages.li)
    assert sheet(actor=cast.chen, layout=row).must == []
    assert Grid.objects.get(pk=cast.grid_li.pk).name == "甲村"


def test_each_change_is_undone_one_after_the_other(cast, villages):
    row = opened(cast)
    row = change("move", row, cast.chen, places=[villages.one], cell=villages.wang)
    row = change("rename", row, cast.chen, cell=villages.li, name="新甲")
    row = change("step_back", row, cast.chen)
    assert after(cast, row) == {"甲村": 6, "乙村": 8}
    row = change("step_back", row, cast.chen)
    assert after(cast, row) == {"甲村": 9, "乙村": 5}
    with pytest.raises(Refused, match=r"没有|could be"):
        change("step_back", row, cast.chen)
    assert LayoutVersion.objects.count() == 5, "nothing that was said is lost"
    assert version_of(actor=cast.chen, layout=row, number=2).act == "moved"


def test_merged_neighbours_have_one_ground(cast, villages):
    give_ground(cast)
    row = change("merge", opened(cast), cast.chen, cell=villages.li, into=villages.wang)
    found = sheet(actor=cast.chen, layout=row)
    assert found.grounds[villages.wang].bounds == pytest.approx((107.0, 25.0, 107.2, 25.1))


@pytest.mark.parametrize(
    ("act", "values"),
    [
        ("move", {"places": [], "cell": "g0"}),
        ("found", {"name": "  "}),
        ("found", {"name": "甲村"}),
        ("found", {"name": "13985012345"}),
        ("rename", {"cell": "n9", "name": "新"}),
        ("close_cell", {"cell": "n9"}),
    ],
)
def test_what_makes_no_sense_is_refused(cast, villages, act, values):
    with pytest.raises(Refused):
        change(act, opened(cast), cast.chen, **values)


def test_a_grid_is_not_merged_with_itself_and_nothing_enters_a_closed_one(cast, villages):
    row = opened(cast)
    with pytest.raises(Refused):
        change("merge", row, cast.chen, cell=villages.li, into=villages.li)
    row = change("close_cell", row, cast.chen, cell=villages.wang)
    with pytest.raises(Refused):
        change("move", row, cast.chen, places=[villages.one], cell=villages.wang)


def test_who_looked_at_an_older_version_changes_nothing(cast, villages):
    row = opened(cast)
    change("rename", row, cast.chen, cell=villages.li, name="新甲")
    with pytest.raises(Refused, match=r"改|changed"):
        services.layout_rename(actor=cast.chen, layout=row, version=1, cell=villages.li, name="旧甲")


def test_a_branch_cuts_its_own_ground_and_no_other(cast, villages):
    with pytest.raises(Http404):
        opened(cast, grid=cast.west)
    with pytest.raises(PermissionDenied):
        opened(cast, actor=cast.li, grid=cast.grid_li)
    with pytest.raises(Refused):
        opened(cast, actor=cast.zhao, grid=cast.grid_li)
    row = opened(cast)
    for stranger in (cast.zhou, cast.li, cast.sun, cast.wu):
        assert not layout_list(actor=stranger).exists()
        with pytest.raises((Http404, PermissionDenied)):
            change("rename", row, stranger, cell=villages.li, name="别的")
    assert set(grids_to_cut(actor=cast.chen)) == {cast.east}
    assert set(grids_to_cut(actor=cast.zhao)) == {cast.root, cast.east, cast.west}
    assert not grids_to_cut(actor=cast.li).exists()


def test_two_people_publish_it(cast, villages):
    row = change("rename", opened(cast), cast.chen, cell=villages.li, name="新甲")
    row = change("submit", row, cast.chen, first_day=TODAY + timedelta(days=3))
    assert row.first_day == TODAY + timedelta(days=3)
    assert list(layouts_to_sign(actor=cast.zhao)) == [row]
    assert list(layouts_to_sign(actor=cast.chen)) == []
    with pytest.raises(PermissionDenied):
        services.layout_sign(actor=cast.chen, layout=row)
    with pytest.raises(PermissionDenied):
        # in sight of nobody else
        factories.AssignmentFactory(user=cast.sun, grid=cast.east, part="helper")
        services.layout_sign(actor=cast.sun, layout=row)
    with pytest.raises(Refused):
        change("rename", row, cast.chen, cell=villages.li, name="再改")
    assert services.layout_sign(actor=cast.zhao, layout=row).state == "signed"
    told = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(told)[-2:] == ["layout.submitted", "layout.signed"]


def test_one_person_with_two_accounts_is_one(cast, villages, monkeypatch):
    """The trail's staff number decides, not the account."""
    row = change("rename", opened(cast), cast.chen, cell=villages.li, name="新甲")
    row = change("submit", row, cast.chen, first_day=TODAY)
    cast.zhao.staff_no = cast.chen.staff_no
    with pytest.raises(PermissionDenied):
        services.layout_sign(actor=cast.zhao, layout=row)


def test_who_began_it_does_not_sign_what_another_submitted(cast, villages):
    row = change("rename", opened(cast, actor=cast.zhao), cast.chen, cell=villages.li, name="新甲")
    row = change("submit", row, cast.chen, first_day=TODAY)
    with pytest.raises(PermissionDenied):
        services.layout_sign(actor=cast.zhao, layout=row)
    row = services.layout_return(actor=cast.zhao, layout=row)
    assert (row.state, row.seal, row.submitted_by) == ("draft", "", None)


def test_what_must_be_mended_is_neither_submitted_nor_signed(cast, villages):
    row = opened(cast)
    with pytest.raises(Refused):
        change("submit", row, cast.chen, first_day=TODAY)
    row = change("close_cell", row, cast.chen, cell=villages.li)
    with pytest.raises(Refused, match=r"甲一村"):
        change("submit", row, cast.chen, first_day=TODAY)
    row = change("step_back", row, cast.chen)
    row = change("close_cell", row, cast.chen, cell=villages.wang)
    row = change("move", row, cast.chen, places=[villages.other], cell=villages.li)
    row = change("submit", row, cast.chen, first_day=TODAY)
    # somebody moves in meanwhile, whom the draft didn't know
    factories.HouseholdFactory(grid=cast.grid_wang, area=villages.second)
    with pytest.raises(Refused, match=r"甲二村"):
        services.layout_sign(actor=cast.zhao, layout=row)


def test_no_day_before_today(cast, villages):
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(Refused):
        opened(cast, first_day=yesterday)
    row = change("rename", opened(cast), cast.chen, cell=villages.li, name="新甲")
    with pytest.raises(Refused):
        change("submit", row, cast.chen, first_day=yesterday)


def test_it_is_undone_before_its_day_and_one_waits_at_a_time(cast, villages):
    first = change("rename", opened(cast), cast.chen, cell=villages.li, name="新甲")
    first = published(first, cast.chen, cast.zhao)
    second = change("rename", opened(cast), cast.chen, cell=villages.li, name="另甲")
    with pytest.raises(Refused, match=r"明年重划"):
        published(second, cast.chen, cast.zhao)
    assert services.layout_undo(actor=cast.chen, layout=first).state == "undone"
    services.layout_return(actor=cast.chen, layout=second)
    change("submit", second, cast.chen, first_day=TODAY)
    assert services.layout_sign(actor=cast.zhao, layout=second).state == "signed"
    with pytest.raises(Refused):
        services.layout_undo(actor=cast.chen, layout=second)


def test_what_is_drawn_in_the_draft_is_what_is_signed(cast, villages):
    give_ground(cast)
    row = change("merge", opened(cast), cast.chen, cell=villages.li, into=villages.wang)
    row = change("submit", row, cast.chen, first_day=TODAY)
    Layout.objects.filter(pk=row.pk).update(seal="0" * 64)
    with pytest.raises(Refused):
        services.layout_sign(actor=cast.zhao, layout=row)


def test_villages_where_nobody_lives_stand_in_the_list(cast, villages):
    cast.grid_wang.area = factories.AreaFactory(name="空村")
    cast.grid_wang.save()
    found = sheet(actor=cast.chen, layout=opened(cast))
    assert [(row.origin, row.households) for row in found.rows if row.area == cast.grid_wang.area] == [
        (cast.grid_wang, 0)
    ]


def test_head_office_sees_each_village_by_its_branch(cast, villages):
    factories.HouseholdFactory(grid=cast.grid_wu, area=villages.second)
    found = sheet(actor=cast.zhao, layout=opened(cast, actor=cast.zhao, grid=cast.root))
    assert {(row.origin.name, row.area.name, row.households) for row in found.rows if row.place.group == ""} == {
        ("东支行", "甲二村", 4), ("西支行", "甲二村", 1),
    }  # fmt: skip
    assert {cell.key for cell in found.cells.values()} == {there(cast.east.pk), there(cast.west.pk)}
