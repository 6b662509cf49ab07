import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.naming import KEY_LENGTH, listed_name, name_key, plain_name, spellings


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("王芳", "王芳"),
        ("王\u3000芳", "王芳"),
        (" 王 芳 ", "王芳"),
        ("王\u200b芳\u202c", "王芳"),
        ("\u2f6f\u2f5f梅", "石玉梅"),
        ("⻢⻰", "马龙"),
        ("\uf90a正", "金正"),
        ("葛\U000e0100明", "葛明"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽 ・ 买买提", "阿依古丽·买买提"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("Ｔｏｍ  Smith", "tom smith"),
        ("Tom 王", "tom王"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_ways_of_writing_a_name_have_one_key(name, key):
    assert name_key(name) == key


@given(st.text(max_size=80))
def test_a_key_fits_its_column_and_is_its_own_key(name):
    key = name_key(name)
    assert len(key) <= KEY_LENGTH
    assert len(key) == KEY_LENGTH or name_key(key) == key


def test_a_kept_name_stays_as_on_the_card_without_what_nobody_sees():
    assert plain_name(" 王\u3000 芳\u200b\u202c") == "王 芳"
    assert plain_name("\u2f6f明") == "\u2f6f明"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("张  伟", "张伟"),
        ("李 小\u3000明", "李小明"),
        ("买买提 阿不都", "买买提 阿不都"),
        ("Anna Lee", "Anna Lee"),
        ("张伟", "张伟"),
        ("", ""),
    ],
)
def test_names_that_lists_draw_apart_are_put_together(told, kept):
    assert listed_name(told) == kept
    assert not kept or kept in spellings(kept)
