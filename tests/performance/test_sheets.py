"""The file of the targets: drafts as on the page, in percent where it is a rate, and back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from exchange import selectors
from exchange import services as exchange
from exchange.models import Phase
from exchange.sheets import Fate
from performance import services
from performance.models import GridTarget
from performance.sheets import month_of
from tests.exchange.files import worked, xlsx
from tests.factories import AssignmentFactory, GridFactory, UserFactory

HEAD = ["网格编号", "月份", "指标", "保底", "力争"]
MONTH = date(2026, 12, 1)
pytestmark = pytest.mark.django_db


def stored(actor, content):
    """Bring a file of today and have it stored."""
    batch = exchange.batch_bring(
        actor=actor, kind="targets", name="目标.xlsx", content=content, as_of=timezone.localdate()
    )
    return batch, worked(actor, batch, selectors.STORE)


def standing(cast):
    rows = GridTarget.objects.visible_to(cast.zhao).order_by("pk")
    return [(one.grid, one.indicator, one.assured, one.aimed, one.is_signed) for one in rows]


def faults(batch):
    return [(row.number, row.faults[0].column) for row in selectors.rows_out(batch, Phase.STORED, Fate.WRONG)]


@pytest.mark.parametrize(
    "text", ["2026-12", "2026年12月", "2026/12", "202612", "2026-12-01", "2026-12-01 00:00:00"]
)
def test_a_month_is_read_however_it_is_written(text):
    assert month_of(text) == MONTH


@pytest.mark.parametrize("text", ["", "12", "2026-13", "December"])
def test_what_is_no_month_is_none(text):
    assert month_of(text) is None


def test_they_are_written_as_drafts_changed_and_put_back(cast):
    rows = [
        [cast.east.code, "2026-12", "新增客户", "30", "40"],
        [cast.grid_li.code, "2026年12月", "走访覆盖率", "80", None],
        ["nothing", "2026-12", "新增客户", "30", None],
        [cast.grid_li.code, "12", "新增客户", "30", None],
        [cast.grid_li.code, "2026-12", "走访覆盖率", "101", None],
    ]
    batch, told = stored(cast.zhao, xlsx(HEAD, *rows))
    assert told == {"rows": 5, "new": 2, "wrong": 3}
    assert faults(batch) == [(4, "grid"), (5, "month"), (6, "")]
    assert standing(cast) == [
        (cast.east, "new_customers", 30, 40, False), (cast.grid_li, "visit_coverage", Decimal("0.8"), None, False),
    ]  # fmt: skip
    assert stored(cast.zhao, xlsx(HEAD, *rows[:2]))[1] == {"rows": 2, "unchanged": 2}
    changed = [cast.east.code, "2026-12", "新增客户", "35", "—"]
    again, told = stored(cast.zhao, xlsx(HEAD, changed))
    assert (told, standing(cast)[0][2:4]) == ({"rows": 1, "changed": 1}, (35, None))
    assert worked(cast.zhao, again, selectors.UNDO)["undone"] == 1
    assert standing(cast)[0][2:4] == (30, 40)
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 2
    assert standing(cast) == []


def test_a_branch_writes_its_own_and_nobody_elses(cast):
    rows = [
        [grid.code, "2026-12", "新增客户", "30", None] for grid in (cast.grid_li, cast.grid_wu, cast.root)
    ]
    _batch, told = stored(cast.chen, xlsx(HEAD, *rows))
    assert told == {"rows": 3, "new": 1, "wrong": 2}
    with pytest.raises(PermissionDenied):
        stored(cast.li, xlsx(HEAD, *rows))


def test_of_special_grids_nothing_is_asked(cast):
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    batch, told = stored(cast.zhao, xlsx(HEAD, [market.code, "2026-12", "新增客户", "3", None]))
    assert (faults(batch), told) == ([(2, "grid")], {"rows": 1, "wrong": 1})


def signed(cast):
    qian = UserFactory(role="head_office")
    AssignmentFactory(user=qian, grid=cast.root, part="deputy")
    services.targets_sign(actor=qian, grid=cast.root, month=MONTH)


def test_what_was_signed_since_stays_and_what_was_signed_before_stands_again(cast):
    row = [cast.east.code, "2026-12", "新增客户", "30", None]
    batch, _told = stored(cast.zhao, xlsx(HEAD, row))
    signed(cast)
    assert worked(cast.zhao, batch, selectors.UNDO).get("undone", 0) == 0
    row[3] = "50"
    later, _told = stored(cast.zhao, xlsx(HEAD, row))
    assert [one[2:] for one in standing(cast)] == [(30, None, True), (50, None, False)]
    assert worked(cast.zhao, later, selectors.UNDO)["undone"] == 1
    assert [one[2:] for one in standing(cast)] == [(30, None, True)]


def test_what_was_changed_after_the_day_of_the_file_waits(cast):
    row = [cast.east.code, "2026-12", "新增客户", "30", None]
    stored(cast.zhao, xlsx(HEAD, row))
    GridTarget.objects.visible_to(cast.zhao).update(made_at=timezone.now() + timedelta(days=400))
    row[3] = "50"
    assert stored(cast.zhao, xlsx(HEAD, row))[1] == {"rows": 1, "waiting": 1}


def test_what_stands_goes_out_and_comes_in_unchanged(cast, client):
    month = f"{timezone.localdate():%Y-%m}"
    rows = [
        [cast.east.code, month, "新增客户", "30", "40.5"],
        [cast.grid_li.code, month, "走访覆盖率", "66.66", None],
    ]
    stored(cast.zhao, xlsx(HEAD, *rows))
    client.force_login(cast.zhao)
    body = client.get("/exchange/out/targets.xlsx").content
    assert stored(cast.zhao, body)[1] == {"rows": 2, "unchanged": 2}
