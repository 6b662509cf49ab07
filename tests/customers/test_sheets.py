"""The roster's columns are those that its service reads, and lists' own words for them."""

import pytest

from customers.enums import Relation
from customers.services.roster_rows import GATHERED, HOME, PERSON
from customers.sheets import HOUSEHOLDS, RELATIONS
from exchange.sheets import Holds, sheet_of


def test_every_column_is_read_and_every_field_has_one():
    assert {column.key for column in HOUSEHOLDS.columns} == {*PERSON, *HOME, *GATHERED}
    assert sheet_of("households") is HOUSEHOLDS


def test_what_is_personal_is_masked():
    assert {column.key for column in HOUSEHOLDS.columns if column.personal} == {
        "head", "name", "id_number", "birth_date", "phone", "guardian", "address",
    }  # fmt: skip
    assert HOUSEHOLDS.column("name").mask("曾小明") == "曾*明"


def test_no_word_stands_for_two_columns():
    words = [word for column in HOUSEHOLDS.columns for word in column.aliases]
    assert len(words) == len(set(words))
    assert [
        column.key for column in HOUSEHOLDS.columns if column.holds == Holds.CHOICE and not column.choices
    ] == []


@pytest.mark.parametrize(
    ("word", "relation"),
    [("户主", "head"), ("妻", "spouse"), ("长子", "child"), ("二儿媳", "child"), ("外孙女", "grandchild"), ("岳母", "parent"), ("之妹", "sibling"),
     ("侄子", "other"), ("02", "head"), ("31", "child")],
)  # fmt: skip
def test_lists_say_relations_in_many_words(word, relation):
    assert RELATIONS[word] == Relation(relation)


def test_head_office_and_branches_bring_rosters(cast):
    assert [HOUSEHOLDS.may(one) for one in (None, cast.zhao, cast.chen, cast.li, cast.sun)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert HOUSEHOLDS.why_not(cast.li)
