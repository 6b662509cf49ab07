import pytest
from django.utils.translation import gettext_lazy as _

from exchange.cleaning import Cleaner, Unsound, folded_name
from exchange.sheets import CLEAR, Column, Holds
from exchange.workbooks import Number


def made(holds, cell, **more):
    return Cleaner(Column(key="x", label="x", holds=holds, **more))(cell)


@pytest.mark.parametrize(
    ("holds", "cell", "value"),
    [
        (Holds.TEXT, "  韦·国英\u200b\n ", "韦·国英"),
        (Holds.TEXT, Number("12.0"), "12"),
        (Holds.TEXT, "　", ""),
        (Holds.TEXT, None, ""),
        (Holds.TEXT, "—", CLEAR),
        (Holds.CODE, "００12", "0012"),
        (Holds.CODE, "'0012", "0012"),
        (Holds.CODE, '="0012"', "0012"),
        (Holds.CODE, Number("1.3812341234E+10"), "13812341234"),
        (Holds.ID_NUMBER, "522727 19900101 123x", "52272719900101123X"),
        (Holds.PHONE, "138-1234 1234", "13812341234"),
        (Holds.NUMBER, "1，200.50", "1200.5"),
        (Holds.NUMBER, Number("-3"), "-3"),
        *[(Holds.DAY, day, "2026-11-07") for day in ("2026-11-7", "2026/11/07", "2026.11.7", "20261107", "2026年11月7日", "2026-11-07 08:30", Number("46333"), Number("20261107"))],
    ],
)  # fmt: skip
def test_a_cell_is_made_plain(holds, cell, value):
    assert made(holds, cell) == value


@pytest.mark.parametrize(
    ("holds", "cell"),
    [
        (Holds.ID_NUMBER, Number("5.2272719900101126E+17")),
        (Holds.CODE, Number("6217001234567890000")),
        (Holds.DAY, "2025-02-30"),
        (Holds.DAY, "去年"),
        (Holds.NUMBER, "三头"),
        (Holds.CHOICE, "别的"),
    ],
)
def test_what_a_column_cannot_hold_says_what_to_do(holds, cell):
    with pytest.raises(Unsound) as unsound:
        made(holds, cell, choices=[("a", "甲")])
    assert unsound.value.sentence and unsound.value.remedy


def test_a_choice_is_told_by_its_value_its_word_in_each_language_or_another_spelling():
    more = {"choices": [("male", _("Home")), ("b", "乙")], "spellings": {"二": "b"}}
    assert [made(Holds.CHOICE, word, **more) for word in ("Male", "Home", "乙 ", "二")] == [
        "male",
        "male",
        "b",
        "b",
    ]


def test_headings_are_compared_without_what_stands_around_them():
    assert folded_name(" 身份证号（必填）*") == folded_name("身份证号：") == "身份证号"
    assert folded_name("（姓名）") == "姓名"
