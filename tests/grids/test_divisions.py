"""The divisions that are shipped."""

from grids import divisions
from tests.grids.banks import PINGTANG


def test_every_county_is_named_with_its_prefecture_once():
    found = divisions.counties()
    assert len(found) == len(dict(found)) == 88
    assert dict(found)[PINGTANG] == "黔南布依族苗族自治州 平塘县"


def test_a_county_comes_with_what_lies_above_and_below_it_each_with_its_line():
    rows = list(divisions.divisions_of(PINGTANG))
    levels = [level for _number, (_code, _name, level, _parent) in rows]
    assert [levels.count(one) for one in ("province", "prefecture", "county", "township")] == [1, 1, 1, 11]
    numbers = [number for number, _row in rows]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 2
    assert list(divisions.divisions_of("999999")) == []
