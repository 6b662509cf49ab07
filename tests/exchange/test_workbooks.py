import time
import tracemalloc
import zipfile
from datetime import date
from io import BytesIO

import pytest
import xlsxwriter

from exchange.workbooks import Line, Number, Workbook
from gridbank.errors import Refused

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
BOOK = (
    '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="名册" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'


def raw(rows: str, **more: str) -> bytes:
    """A workbook written by hand."""
    buffer = BytesIO()
    parts = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": SHEET.format(rows),
    }
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**parts, **more}.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def lines(content: bytes) -> list[Line]:
    book = Workbook(content)
    return [line for name in book.names() for line in book.lines(name)]


def test_cells_come_as_they_stand_in_the_file():
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("一组")
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        money = book.add_format({"num_format": "#,##0.00"})
        page.write_string(0, 0, "姓名")
        page.write_string(2, 0, "韦国英")
        page.write_number(2, 2, 522727199001011234)
        page.write_datetime(2, 3, date(2026, 11, 27), day)
        page.write_number(2, 4, 1200.5, money)
        page.write_formula(2, 5, "=1+1", None, 2)
        page.write_boolean(2, 6, True)
        page.write_rich_string(3, 0, "石", book.add_format({"bold": True}), "小坡")
        book.add_worksheet("二组").write_string(0, 0, "0012")
    assert lines(buffer.getvalue()) == [
        Line(1, ["姓名"]),
        Line(3, ["韦国英", None, "5.227271990010113E+17", "2026-11-27", "1200.5", "2", "1"]),
        Line(4, ["石小坡"]),
        Line(1, ["0012"]),
    ]
    assert isinstance(lines(buffer.getvalue())[1].cells[4], Number)


def test_a_cell_says_where_it_is_or_follows_the_one_before():
    rows = (
        '<row r="2"><c r="B2" t="inlineStr"><is><t>a</t><rPh><t>yi</t></rPh></is></c><c t="str"><v>b</v></c></row>'
        '<row><c t="n"><v>7</v></c></row><row hidden="1"><c r="A9"><v>8</v></c></row>'
    )
    assert lines(raw(rows)) == [Line(2, [None, "a", "b"]), Line(3, ["7"]), Line(4, ["8"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (raw('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "512"),
        (raw(f'<row r="1"><c r="A1" t="str"><v>{"长" * 40_000}</v></c></row>'), "32767"),
        (raw("", **{"xl/vbaProject.bin": "x"}), "宏"),
        (raw("", **{"xl/externalLinks/externalLink1.xml": "x"}), "其他文件"),
        (raw(" " * 40_000_000), "几百倍"),
        (raw("<row><c t='s'><v>5</v></c></row>"), "损坏"),
        (raw("<row><c>"), "损坏"),
        (raw("").replace(b"PK\x05\x06", b"PK\x05\x07"), "损坏"),
        (b"PK\x03\x04" + b"\0" * 100, "损坏"),
        (
            raw(
                "", **{"xl/sharedStrings.xml": '<!DOCTYPE a [<!ENTITY b "c">]><sst><si><t>&b;</t></si></sst>'}
            ),
            "实体",
        ),
    ],
    # a packed file holds the second at which it was packed: no name of a test
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_spreadsheet_wrote_is_refused_at_once_and_costs_nothing(content, said):
    began = time.perf_counter()
    tracemalloc.start()
    with pytest.raises(Refused) as refused:
        lines(content)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
    assert said in str(refused.value)
    assert time.perf_counter() - began < 1


def test_nothing_is_allocated_for_what_a_sheet_claims_to_be():
    claims = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>2</v></c></row>'
    assert lines(raw(claims)) == [Line(1, ["1"]), Line(1048576, [None, "2"])]
