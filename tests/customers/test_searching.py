import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.searching import Kind, sort_out


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("", "", ""), ("  ", "", ""), ("曾小明", "name", "曾小明"), ("zxm", "pinyin", "zxm"),
        ("Zeng Xiao-Ming", "pinyin", "zengxiaoming"), ("8000", "phone_tail", "8000"),
        ("８０００", "phone_tail", "8000"), ("13800138000", "private", ""), ("+86 138 0013 8000", "private", ""),
        ("52272719800517101x", "private", ""), ("522727 800517 101", "private", ""), ("123", "number", ""),
        ("0854", "phone_tail", "0854"), ("曾xm", "name", "曾xm"),
        ("王小明13812345678", "private", ""), ("a13812345678", "private", ""), ("13812345678a", "private", ""),
        ("王小明522727196612279006", "private", ""), ("王138小123明45678", "private", ""), ("王一三八一二三四五六七八", "private", ""),
        ("' or 1=1", "name", "' or 1=1"),
    ],
)  # fmt: skip
def test_a_term_is_what_it_looks_like(text, kind, value):
    found = sort_out(text)
    assert (found.kind, found.value) == (kind, value)


@given(st.from_regex(r"\A[0-9 \-]{0,4}([0-9][ \-]?){11,18}[0-9xX]?\Z"))
def test_a_long_number_never_leaves_its_value_behind(text):
    assert sort_out(text).kind == Kind.PRIVATE
    assert sort_out(text).value == ""
