"""The files of other systems: who brings them, and which of their headings are known."""

import pytest

from customers.corefiles import SHEETS
from exchange.sheets import Holds, sheets
from tests.customers.corefiles import numbered, stored


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.kind)
def test_head_office_brings_them_and_oversees_them(cast, sheet):
    for who, may in (
        (None, True),
        (cast.zhao, True),
        (cast.chen, False),
        (cast.li, False),
        (cast.sun, False),
    ):
        assert (sheet.may(who), sheet.oversees(who)) == (may, may)
        assert bool(sheet.why_not(who)) != may


def test_of_files_that_name_people_by_numbers_a_branch_brings_the_roster_alone(cast):
    """Its rows are counted; what another file says of a number, whoever holds the bank's records knows anyhow."""
    numbers = {Holds.ID_NUMBER, Holds.PHONE}
    naming = [sheet for sheet in sheets() if numbers & {column.holds for column in sheet.columns}]
    assert len(naming) > 1
    assert [sheet.kind for sheet in naming if sheet.may(cast.chen) or sheet.may(cast.li)] == ["households"]


@pytest.mark.parametrize(
    ("kind", "head", "cells"),
    [
        ("accounts", ["核心客户号", "证件号码", "开立日期"], ["8", "+", "20261103"]),
        (
            "apps",
            ["公民身份号码", "注册时间", "APP状态", "最后登录"],
            ["+", "2026/11/3", "已激活", "2026-11-04"],
        ),
        ("deaths", ["证件号", "去世日期"], ["+", "2026年11月3日"]),
    ],
)
def test_headings_of_real_files_are_known(cast, kind, head, cells):
    person = numbered(cast.grid_li)
    row = [person.id_number if cell == "+" else cell for cell in cells]
    assert stored(cast.zhao, kind, head, row)[1] == {"rows": 1, "new": 1}
