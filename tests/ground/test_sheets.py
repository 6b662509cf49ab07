"""The file of service points: what it brings, what it may not, out and in again, and back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from exchange import selectors
from exchange.models import Phase
from exchange.sheets import Fate
from ground.models import ServicePoint
from tests.exchange.files import brought, stored, worked, xlsx
from tests.factories import GridFactory

pytestmark = pytest.mark.usefixtures("unguarded")
HEAD = [
    "服务点编号",
    "服务点名称",
    "类型",
    "网格编号",
    "合作方",
    "启用日期",
    "经度",
    "纬度",
    "关闭日期",
    "关闭原因",
]
NOTHING = [None] * 6


def state():
    rows = ServicePoint.objects.order_by("code")
    return [
        (one.code, one.name, one.kind, one.grid.code, one.partner, str(one.opened_on), one.longitude, one.latitude,
         str(one.closed_on), one.close_reason)
        for one in rows
    ]  # fmt: skip


def put(grid, code, **values):
    given = {"name": f"{grid.name}服务点", "kind": "village_point", **values}
    return ServicePoint.objects.create(grid=grid, code=code, **given)


def faults(batch):
    return [(row.number, row.faults[0].column) for row in selectors.rows_out(batch, Phase.STORED, Fate.WRONG)]


def test_points_are_added_changed_closed_and_put_back(cast):
    put(cast.grid_li, "V1", opened_on=timezone.localdate() - timedelta(days=900))
    put(cast.grid_li, "V2", closed_on=timezone.localdate(), close_reason="装修")
    before = state()
    rows = [
        [
            "V9",
            "新点",
            "村村通",
            cast.grid_li.code,
            "村口小卖部",
            "2024-03-01",
            "107.32",
            "25.83",
            None,
            None,
        ],
        ["V1", "改名", None, None, None, "—", None, None, None, None],
        ["V2", "二点", "ATM", cast.grid_wang.code, None, None, None, None, "—", None],
        ["V3", "旧点", "网点", cast.grid_li.code, None, "2020-01-01", None, None, "2025-01-01", "商户搬走"],
    ]
    batch, told = stored(cast.chen, xlsx(HEAD, *rows), kind="points")
    assert told == {"rows": 4, "new": 2, "changed": 2}
    assert state() == [
        ("V1", "改名", "village_point", cast.grid_li.code, "", "None", None, None, "None", ""),
        ("V2", "二点", "atm", cast.grid_wang.code, "", "None", None, None, "None", ""),
        ("V3", "旧点", "outlet", cast.grid_li.code, "", "2020-01-01", None, None, "2025-01-01", "商户搬走"),
        ("V9", "新点", "village_point", cast.grid_li.code, "村口小卖部", "2024-03-01", 107.32, 25.83, "None", ""),
    ]  # fmt: skip
    assert stored(cast.chen, xlsx(HEAD, *rows), kind="points")[1] == {"rows": 4, "unchanged": 4}
    assert worked(cast.chen, batch, selectors.UNDO) == {"rows": 4, "undone": 4, "kept": 0}
    assert state() == before


def test_a_dry_run_writes_nothing(cast):
    batch = brought(cast.chen, xlsx(HEAD, ["V9", "新点", "ATM", cast.grid_li.code, *NOTHING]), kind="points")
    assert worked(cast.chen, batch, selectors.JUDGE) == {"rows": 1, "new": 1}
    assert not ServicePoint.objects.exists()


def test_what_is_wrong_is_told_by_row_and_column(cast):
    put(cast.grid_wu, "V7")
    rows = [
        ["V1", "点", "ATM", cast.grid_wu.code, *NOTHING],
        ["V2", "点", None, cast.grid_li.code, *NOTHING],
        ["V3", "点", "ATM", None, *NOTHING],
        ["V4", "点", "ATM", cast.grid_li.code, None, None, None, None, None, "商户搬走"],
        ["V5", "点", "ATM", cast.grid_li.code, None, None, None, None, "2025-01-01", None],
        ["V6", "点", "ATM", cast.grid_li.code, None, None, "200", "25", None, None],
        ["V7", "点", "ATM", cast.grid_li.code, *NOTHING],
        ["V8", "点", "ATM", cast.east.code, *NOTHING],
        ["V9", "点", "ATM", cast.grid_li.code, "陈 13912345678", *NOTHING[1:]],
    ]
    batch, told = stored(cast.chen, xlsx(HEAD, *rows), kind="points")
    assert told == {"rows": 9, "wrong": 9}
    assert faults(batch) == [
        (2, "grid"), (3, "kind"), (4, "grid"), (5, "closed_on"), (6, ""), (7, ""), (8, ""), (9, ""), (10, ""),
    ]  # fmt: skip
    assert [one.code for one in ServicePoint.objects.all()] == ["V7"]


def test_what_somebody_worked_on_since_stays(cast):
    put(cast.grid_li, "V1")
    rows = [["V1", "改名", *NOTHING, None, None], ["V9", "新点", "ATM", cast.grid_li.code, *NOTHING]]
    batch, _told = stored(cast.chen, xlsx(HEAD, *rows), kind="points")
    ServicePoint.objects.update(partner="别人写的")
    assert worked(cast.chen, batch, selectors.UNDO) == {"rows": 2, "undone": 0, "kept": 2}
    assert ServicePoint.objects.count() == 2


def test_what_stands_goes_out_as_one_sees_it_and_comes_in_unchanged(cast, client):
    day = timezone.localdate()
    put(cast.grid_li, "0007", name="=1+1", partner="+甲", longitude=1e-07, latitude=25.123456789012345)
    put(cast.grid_wang, "12345678901234567890", name="000１号", opened_on=day)
    put(GridFactory(parent=cast.east), "V3", closed_on=day, close_reason="@搬走", kind="e_station")
    put(cast.grid_wu, "V4", longitude=-180.0, latitude=-90.0)
    before = state()
    for actor, seen in ((cast.zhao, 4), (cast.chen, 3)):
        client.force_login(actor)
        body = client.get("/exchange/out/points.xlsx").content
        assert stored(actor, body, kind="points")[1] == {"rows": seen, "unchanged": seen}
    assert state() == before


def test_account_managers_bring_no_such_file(cast):
    with pytest.raises(PermissionDenied):
        stored(cast.li, xlsx(HEAD), kind="points")
