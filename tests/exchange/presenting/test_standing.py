"""What goes out as a file of a kind comes in again as it is, whatever stands in it."""

from hypothesis import given
from hypothesis import strategies as st

from exchange.cleaning import Cleaner, Unsound
from exchange.opening import table_of
from exchange.presenting.standing import standing_workbook
from exchange.sheets import CLEAR, Column, Holds, Outcome, Sheet

HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0", "0012", "00000000000000000000", "522727199001011234",
    "12345678901234567890", "1e5", "1E400", "３４５", "Ａ１", "ｶﾞ", "a\nb", "a\r\nb", "a\tb", "'0012", "2026-11-27", "45000", "TRUE", "#N/A", "#REF!",
    "_x0041_", "_x000D_", "<b>&amp;</b>", '"quoted"', "a,b;c", "〇", "𠮷", "é", "e\u0301", "‘’", "——x", "null", "x" * 5_000, "· 阿不都·买买提",
)  # fmt: skip
COLUMNS = (
    Column(key="code", label="编号", holds=Holds.CODE, required=True),
    Column(key="name", label="名称"),
    Column(key="sort", label="种类", holds=Holds.CHOICE, choices=[("a", "甲=1"), ("b", "0乙")]),
    Column(key="much", label="数量", holds=Holds.NUMBER),
    Column(key="day", label="日子", holds=Holds.DAY),
)
KIND = Sheet(
    kind="round", label="一、二:[三]", about="", columns=COLUMNS, may=lambda _actor: True, why_not=lambda _actor: "",
    store=lambda _source, _rows: list[Outcome](), undo=lambda _source, _rows: [],
)  # fmt: skip
BY_KEY = KIND.by_key


def kept(key: str, raw: str) -> str:
    """Return what would be stored of a cell; nothing of one that is refused or says that the value goes."""
    try:
        value = Cleaner(BY_KEY[key])(raw)
    except Unsound:
        return ""
    return "" if value == CLEAR else value


def back(rows):
    body, count = standing_workbook(KIND, rows)
    assert count == len(rows)
    table = table_of(body)
    lines = list(table.lines(table.names()[0]))
    assert lines[0].cells == [column.label for column in COLUMNS]
    found = []
    for line in lines[1:]:
        cells = [*line.cells, *[None] * (len(COLUMNS) - len(line.cells))]
        pairs = zip(COLUMNS, cells, strict=True)
        found.append({one.key: value for one, cell in pairs if (value := Cleaner(one)(cell))})
    return found


SIGNS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
RAW = st.one_of(st.sampled_from(HOSTILE), SIGNS, st.from_regex(r"[0=+@'-]?[0-9]{1,30}", fullmatch=True))


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "code": RAW, "name": RAW, "sort": st.sampled_from(["a", "b", ""]),
                "much": st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12).map(str),
                "day": st.dates().map(str),
            }
        ),
        max_size=4,
    )
)  # fmt: skip
def test_whatever_came_in_goes_out_and_comes_in_unchanged(rows):
    stands = [{key: value for key, raw in row.items() if (value := kept(key, raw))} for row in rows]
    stands = [row for row in stands if row]
    assert back(stands) == stands


def test_the_hostile_ones_each_by_itself():
    stands = [{"code": "1", "name": kept("name", raw)} for raw in HOSTILE]
    stands += [{"code": kept("code", raw), "name": "x"} for raw in HOSTILE]
    assert back([row for row in stands if row["code"] and row["name"]]) == [
        row for row in stands if row["code"] and row["name"]
    ]
