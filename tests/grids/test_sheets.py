"""The files of the grids: what they bring, what they may not, and back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exchange import selectors
from exchange.models import Phase
from exchange.sheets import Fate
from gridbank.scoping import waive_scope
from grids.models import Assignment, Grid
from tests.exchange.files import stored, worked, xlsx
from tests.factories import AreaFactory, GridFactory, HouseholdFactory, UserFactory

GRIDS = ["网格编号", "网格名称", "上级编号", "层级", "区划编码"]
PARTS = ["网格编号", "员工号", "职责", "起始日", "截止日"]


def grids() -> dict[str, str]:
    with waive_scope("a test"):
        return dict(Grid.objects.values_list("code", "name"))


def faults(batch):
    return [(row.number, row.faults[0].column) for row in selectors.rows_out(batch, Phase.STORED, Fate.WRONG)]


def test_grids_are_founded_renamed_and_put_back(cast):
    AreaFactory(code="522727101201")
    before = grids()
    rows = [
        ["N1", "新村", "N0", None, "522727101201"],
        ["N0", "北支行", cast.root.code, "支行", None],
        [cast.grid_li.code, "甲新村", None, None, None],
    ]
    batch, told = stored(cast.zhao, xlsx(GRIDS, *rows), kind="grids")
    assert told == {"rows": 3, "new": 2, "changed": 1}
    with waive_scope("a test"):
        made = Grid.objects.get(code="N1")
        assert made.path.startswith(Grid.objects.get(code="N0").path)
    assert (made.kind, made.area.code) == ("village", "522727101201")
    assert stored(cast.zhao, xlsx(GRIDS, *rows), kind="grids")[1] == {"rows": 3, "unchanged": 3}
    assert worked(cast.zhao, batch, selectors.UNDO) == {"rows": 3, "undone": 3, "kept": 0}
    assert grids() == before


def test_a_branch_founds_nothing_in_another_and_renames_nobody_elses(cast):
    rows = [
        ["N1", "新村", cast.west.code, None, None],
        [cast.grid_wu.code, "别名", None, None, None],
        ["N2", "新村", cast.east.code, None, "1"],
        [cast.grid_li.code, "甲村", None, "支行", None],
        ["N3", "新村", cast.east.code, None, None],
    ]
    batch, told = stored(cast.chen, xlsx(GRIDS, *rows), kind="grids")
    assert told == {"rows": 5, "new": 1, "wrong": 4}
    assert faults(batch) == [(2, "parent"), (3, ""), (4, "area"), (5, "tier")]


def test_a_grid_to_which_something_belongs_stays(cast):
    batch, _told = stored(cast.zhao, xlsx(GRIDS, ["N3", "新村", cast.east.code, None, None]), kind="grids")
    with waive_scope("a test"):
        HouseholdFactory(grid=Grid.objects.get(code="N3"))
    assert worked(cast.zhao, batch, selectors.UNDO)["kept"] == 1
    assert "N3" in grids()


def test_parts_begin_and_end_and_go_back(cast):
    tomorrow = timezone.localdate() + timedelta(days=1)
    helper = UserFactory(staff_no="A7", role="account_manager")
    rows = [
        [cast.grid_li.code, "A7", "协助", str(tomorrow), None],
        [cast.grid_li.code, cast.li.staff_no, None, None, str(tomorrow)],
        [cast.grid_li.code, cast.wang.staff_no, "负责人", str(tomorrow + timedelta(days=1)), None],
        [cast.grid_wu.code, "A7", "协助", str(tomorrow), None],
        [cast.grid_li.code, "nobody", "协助", str(tomorrow), None],
        [cast.grid_li.code, cast.zhao.staff_no, "副职", "2020-01-01", None],
    ]
    batch, told = stored(cast.chen, xlsx(PARTS, *rows), kind="assignments")
    assert told == {"rows": 6, "new": 2, "changed": 1, "wrong": 3}
    assert faults(batch) == [(5, "grid"), (6, ""), (7, "")]
    led = Assignment.everywhere().filter(grid=cast.grid_li, part="lead").order_by("valid_from")
    assert [(one.user, one.valid_to) for one in led] == [(cast.li, tomorrow), (cast.wang, None)]
    assert stored(cast.chen, xlsx(PARTS, *rows[:3]), kind="assignments")[1] == {"rows": 3, "unchanged": 3}
    assert worked(cast.chen, batch, selectors.UNDO) == {"rows": 3, "undone": 3, "kept": 0}
    assert [(one.user, one.valid_to) for one in led.all()] == [(cast.li, None)]
    assert not Assignment.everywhere().filter(user=helper).exists()


@pytest.mark.parametrize("kind", ["grids", "assignments"])
def test_account_managers_bring_no_such_file(cast, kind):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        stored(cast.li, xlsx(GRIDS), kind=kind)


def test_what_stands_goes_out_as_one_sees_it_and_comes_in_unchanged(cast, client):
    area = AreaFactory(code="052272710120")
    GridFactory(parent=cast.east, code="0007", name="=甲+乙", area=area)
    GridFactory(
        parent=cast.east, code="12345678901234567890", name="000１号", nature="special", kind="market"
    )
    for actor in (cast.zhao, cast.chen):
        client.force_login(actor)
        body = client.get("/exchange/out/grids.xlsx").content
        seen = Grid.objects.visible_to(actor).count()
        assert stored(actor, body, kind="grids")[1] == {"rows": seen, "unchanged": seen}
    assert seen < len(grids())


def test_parts_go_out_as_one_sees_them_and_come_in_unchanged(cast, client):
    today = timezone.localdate()
    odd = UserFactory(staff_no="0012", role="account_manager")
    grid = GridFactory(parent=cast.east, code="0007")
    for part, since, until in (
        ("helper", today - timedelta(days=9), None),
        ("deputy", today + timedelta(days=2), today + timedelta(days=9)),
        ("helper", today - timedelta(days=90), today - timedelta(days=80)),
    ):
        Assignment.everywhere().create(user=odd, grid=grid, part=part, valid_from=since, valid_to=until)
    for actor in (cast.zhao, cast.chen):
        client.force_login(actor)
        body = client.get("/exchange/out/assignments.xlsx").content
        seen = Assignment.objects.visible_to(actor).count() - 1
        assert stored(actor, body, kind="assignments")[1] == {"rows": seen, "unchanged": seen}
    assert seen == 5
