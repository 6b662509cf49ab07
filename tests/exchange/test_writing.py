"""Workbooks that go out: what a cell holds is what a reader sees, and no formula is among it."""

from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from exchange.writing import Rate, workbook

HOSTILE = [
    '=HYPERLINK("http://x","点我")', "+1+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "https://x.example/", "007",
    "522727199001011234", "1E5", "{=1}", "_x003D_1",
]  # fmt: skip


def written(*sheets):
    buffer = BytesIO()
    with workbook(buffer) as book:
        for kind, *rest in sheets:
            getattr(book, kind)(*rest)
    return buffer


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text):
    buffer = written(("table", "甲", [text], [[text]]), ("pairs", "乙", [(text, text)]))
    for sheet in load_workbook(buffer).worksheets:
        for row in sheet.iter_rows():
            assert {(cell.value, cell.data_type) for cell in row} == {(text, "s")}
    with ZipFile(buffer) as parts:
        sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "sheet" in name)
    assert "<f>" not in sheets
    assert "hyperlink" not in sheets.lower()


def test_numbers_are_numbers_rates_are_per_cents_and_nothing_is_empty():
    row = [1, Decimal("2.50"), 0.25, Rate(Decimal("0.125")), Rate(None), None, ""]
    sheet = load_workbook(written(("table", "甲", list("abcdefg"), [row]))).active
    cells = sheet[2]
    assert [cell.value for cell in cells][:6] == [1, 2.5, 0.25, 0.125, None, None]
    assert cells[3].number_format == "0.0%"
    assert {cells[at].number_format for at in (0, 1, 2)} == {"General"}


def test_headings_stay_in_sight_and_stand_out():
    sheet = load_workbook(written(("table", "甲", ["名次", "姓名"], [[1, "李娜"]]))).active
    assert (sheet.title, sheet.freeze_panes) == ("甲", "C2")
    assert [(cell.value, cell.font.bold) for cell in sheet[1]] == [("名次", True), ("姓名", True)]


def test_rows_may_come_one_by_one():
    sheet = load_workbook(written(("table", "甲", ["n"], ([n] for n in range(1000))))).active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == list(range(1000))


def test_what_does_not_fit_is_never_left_out_in_silence():
    with pytest.raises(ValueError, match="row 2"):
        written(("table", "甲", ["n"], [["x" * 40_000]]))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_number_is_no_cell(value):
    with pytest.raises(TypeError):
        written(("table", "甲", ["n"], [[value]]))
