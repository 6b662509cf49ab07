"""Divisions by their short names."""

import pytest

from grids.naming import township_name, village_name, village_names


@pytest.mark.parametrize(
    ("official", "short"),
    [
        ("新舟村村民委员会", "新舟村"),
        ("玉池社区居民委员会", "玉池社区"),
        ("卡罗村委会", "卡罗村"),
        ("城关居民委员会", "城关"),
        ("某地", "某地"),
    ],
)
def test_villages_are_called_by_their_short_names(official, short):
    assert village_name(official) == short


@pytest.mark.parametrize(
    ("official", "short"),
    [
        ("牙舟镇", "牙舟"),
        ("金盆街道", "金盆"),
        ("卡蒲毛南族乡", "卡蒲"),
        ("小碧布依族苗族乡", "小碧"),
        ("后巢乡", "后巢"),
        ("镇", "镇"),
    ],
)
def test_townships_are_called_by_their_short_names(official, short):
    assert township_name(official) == short


def test_a_village_is_found_by_whatever_lists_call_it():
    assert village_names("新舟村村民委员会") == {"新舟村村民委员会", "新舟村", "新舟"}
