"""Workbooks that go out: what a cell holds is what a reader sees, and no formula is among it."""

from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from exchange.writing import Column, Paper, Points, Rate, file_name, workbook

HOSTILE = [
    '=HYPERLINK("http://x","点我")', "+1+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "https://x.example/", "007",
    "522727199001011234", "1E5", "{=1}", "_x003D_1",
]  # fmt: skip


PAPER = Paper("题", "行", "脚 & 注")


def written(headings, rows, *, paper=PAPER, name="甲"):
    buffer = BytesIO()
    with workbook(buffer) as book:
        columns = [one if isinstance(one, Column) else Column(one) for one in headings]
        book.table(name, columns, rows, paper=paper)
    return buffer


def sheet_of(*arguments, **more):
    return load_workbook(written(*arguments, **more)).active


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text):
    buffer = BytesIO()
    with workbook(buffer) as book:
        book.table("甲", [Column(text, text), Column(text, text)], [[text, text]], paper=Paper(text, text))
        book.pairs("乙", [(text, text)])
    for sheet in load_workbook(buffer).worksheets:
        found = {
            (cell.value, cell.data_type)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        assert found == {(text, "s")}
    with ZipFile(buffer) as parts:
        sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "sheet" in name)
    assert "<f>" not in sheets
    assert "hyperlink" not in sheets.lower()


def test_numbers_are_numbers_rates_are_per_cents_and_nothing_is_empty():
    row = [1, Decimal("2.50"), 0.25, Rate(Decimal("0.125")), Points(Decimal("3.456")), Rate(None), None, ""]
    cells = sheet_of(list("abcdefgh"), [row])[5]
    assert [cell.value for cell in cells][:7] == [1, 2.5, 0.25, 0.125, 3.456, None, None]
    assert [cells[at].number_format for at in range(5)] == ["General", "General", "General", "0.0%", "0.00"]


def test_two_rows_of_headings_stay_in_sight_stand_out_and_filter():
    columns = ["名次", "姓名", Column("实绩", "覆盖率"), Column("得分", "覆盖率"), Column("得分", "新增")]
    sheet = sheet_of(columns, [[1, "李娜", 2, 3, 4], [2, "王磊", 2, 3, 4]])
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("甲", "C5", "A4:E6")
    assert [cell.value for cell in sheet["A"]][:2] == ["题", "行"]
    assert [str(found) for found in sheet.merged_cells.ranges] == ["C3:D3"]
    assert [cell.value for cell in sheet[3]] == ["", "", "覆盖率", None, "新增"]
    assert [(cell.value, cell.font.bold) for cell in sheet[4]][:2] == [("名次", True), ("姓名", True)]


def test_a_sheet_prints_as_wide_as_its_paper_with_its_headings_on_each_page():
    sheet = sheet_of([Column("姓名", width=30)], [["李娜"]])
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToHeight) == ("landscape", 9, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$4"
    assert sheet.oddFooter.left.text == "脚 && 注"
    assert sheet.column_dimensions["A"].width == pytest.approx(30.7, abs=0.1)
    assert sheet_of([str(n) for n in range(17)], []).page_setup.paperSize == 8


def test_an_empty_table_is_a_sheet_with_headings():
    assert sheet_of(["名次"], []).auto_filter.ref == "A4"


def test_rows_may_come_one_by_one():
    sheet = sheet_of(["n"], ([n] for n in range(1000)))
    assert [row[0] for row in sheet.iter_rows(min_row=5, values_only=True)] == list(range(1000))


def test_what_does_not_fit_is_never_left_out_in_silence():
    with pytest.raises(ValueError, match="row 5"):
        written(["n"], [["x" * 40_000]])


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_number_is_no_cell(value):
    with pytest.raises(TypeError):
        written(["n"], [[value]])


def test_a_file_name_is_fit_for_any_desk():
    assert file_name("甲/乙:农商银行", "排名 ", "2026年10月") == "甲-乙-农商银行_排名_2026年10月.xlsx"
