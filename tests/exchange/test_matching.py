from exchange.matching import How, Layout, is_foot, layout_of
from exchange.sheets import Column, Holds
from exchange.workbooks import Line
from tests.exchange.test_sheets import kind

COLUMNS = (
    Column(key="code", label="户编号", holds=Holds.CODE, aliases=("户号",), required=True),
    Column(key="name", label="姓名", required=True),
    Column(key="id_number", label="证件号", holds=Holds.ID_NUMBER, aliases=("身份证号",)),
    Column(key="phone", label="手机", holds=Holds.PHONE),
    Column(key="sex", label="性别", holds=Holds.CHOICE, choices=(("m", "男"), ("f", "女"))),
)
BODY = [["1", "韦国英", "522727199001011234", "13812341234", "男"]] * 4


def sheet():
    from dataclasses import replace

    return replace(kind("people"), columns=COLUMNS)


def test_the_heading_is_found_below_titles_and_columns_by_name_part_and_content():
    lines = [
        Line(1, ["陶家村花名册", None, None, None, None, None]),
        Line(2, [None, None, None, "2026年", None, None]),
        Line(4, ["户 号", "姓名（必填）", "证件", "联系方式", None, "备注"]),
        *[Line(5 + at, row) for at, row in enumerate(BODY)],
    ]
    layout = layout_of(sheet(), [("说明", [Line(1, ["请看"])]), ("一组", lines)], {})
    assert layout is not None
    assert [(place.sheet, place.row) for place in layout.places] == [("一组", 4)]
    assert [(head.name, head.key, head.how) for head in layout.heads] == [
        ("户 号", "code", How.NAME), ("姓名（必填）", "name", How.NAME), ("证件", "id_number", How.LIKE),
        ("联系方式", "phone", How.CONTENT), ("#5", "sex", How.CONTENT), ("备注", "", How.NONE),
    ]  # fmt: skip
    assert layout.missing(sheet()) == []
    assert Layout.unpacked(layout.packed()) == layout


def test_what_a_person_said_goes_before_the_name():
    lines = [Line(1, ["户号", "姓名", "手机"]), Line(2, ["1", "韦国英", "13812341234"])]
    layout = layout_of(sheet(), [("一组", lines)], {"姓名": "", "手机": "name"})
    assert layout is not None
    assert layout.keys() == {"户号": "code", "手机": "name"}


def test_every_sheet_with_the_same_columns_is_read():
    head = Line(1, ["户号", "姓名"])
    tops = [
        ("一组", [head, Line(2, ["1", "甲"])]),
        ("二组", [head]),
        ("空", []),
        ("别的", [Line(1, ["甲", "乙"])]),
    ]
    layout = layout_of(sheet(), tops, {})
    assert layout is not None
    assert [place.sheet for place in layout.places] == ["一组", "二组"]


def test_a_foot_is_no_row():
    assert is_foot(["合 计", None, None, "1200"], 2)
    assert is_foot(["制表人：韦国英"], 1)
    assert not is_foot(["1", "合计"], 2)
    assert not is_foot(["合计", "韦国英", "522727", "138"], 4)
