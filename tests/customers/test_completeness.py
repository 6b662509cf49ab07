from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.completeness import CURRENT, HEAD, RULES, measure

NEEDED = RULES[CURRENT]
FULL = {
    "area_id": 7, "group_name": "一组", "address": "甲村一组12号", "house_type": "brick", "land_mu": Decimal("2.5"),
    "income_band": "to_50k", "income_source": "务工", "name": "曾小明", "id_number": "522727198005051234",
    "phone": "13800138000", "occupation": "木匠",
}  # fmt: skip


def archive(missing=(), **changed):
    said = {**FULL, **changed}
    home = {each.field: said[each.field] for each in NEEDED if each.owner != HEAD and each not in missing}
    head = {each.field: said[each.field] for each in NEEDED if each.owner == HEAD and each not in missing}
    return home, head


@given(st.sets(st.sampled_from(NEEDED)))
def test_what_is_missing_is_named_and_only_a_full_archive_is_complete(missing):
    found = measure(*archive(missing))
    assert set(found.missing) == missing
    assert found.is_complete is (found.score == 100) is (not missing)
    assert found.rule == CURRENT


@given(st.sets(st.sampled_from(NEEDED), min_size=1))
def test_one_entry_more_never_lowers_the_score(missing):
    less = measure(*archive(missing)).score
    assert measure(*archive(set(list(missing)[1:]))).score > less or less == 100


def test_nothing_at_all_scores_zero():
    found = measure({"address": "", "land_mu": None}, None)
    assert (found.score, len(found.missing)) == (0, len(NEEDED))


TEXTS = ["group_name", "address", "income_source", "name", "occupation"]
EMPTY = ["", " ", "。", "-", "——", "…", "无", "没有", "暂无", "不详", "N/A", "无。", "xxx", "none"]


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("sign", EMPTY)
def test_a_sign_that_stands_for_nothing_completes_no_field(field, sign):
    found = measure(*archive(**{field: sign}))
    assert [each.field for each in found.missing] == [field]


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("sign", ["111", "aaaa", "哈哈哈", "0000", "。。1 1 1。"])
def test_one_sign_over_and_over_says_nothing(field, sign):
    assert [each.field for each in measure(*archive(**{field: sign})).missing] == [field]


def test_a_name_may_be_one_sign_twice_and_a_group_the_eleventh():
    assert measure(*archive(group_name="11")).is_complete
    assert not measure(*archive(occupation="11")).is_complete
    assert measure(*archive(name="丁丁", group_name="1", address="1号", occupation="教师")).is_complete


@pytest.mark.parametrize(
    ("land", "house", "is_complete"),
    [
        (0, "brick", False),
        (0, "wood", False),
        (0, "", False),
        (0, "flat", True),
        (Decimal("0.00"), "rented", True),
        (Decimal("0.01"), "brick", True),
        (10_000, "wood", True),
        (10_001, "wood", False),
        (None, "flat", False),
        (-1, "flat", False),
    ],
)
def test_no_land_is_an_answer_of_those_to_whose_house_none_belongs(land, house, is_complete):
    found = measure(*archive(land_mu=land, house_type=house))
    assert ("land_mu" not in [each.field for each in found.missing]) is is_complete


def test_the_first_version_of_the_rules_asks_only_for_something():
    said = {"group_name": "。", "land_mu": 0, "occupation": "无", "income_source": "-", "address": "。"}
    assert measure(*archive(**said), rule=1).is_complete
    assert {each.field for each in measure(*archive(**said)).missing} == said.keys()
