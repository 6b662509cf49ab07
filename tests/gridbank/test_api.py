"""Bodies that other parsers let through."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from gridbank.api import StrictJSONParser


def parse(text):
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return StrictJSONParser().parse(io.BytesIO(body))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "[1,]",
        "{'a': 1}",
        '{"a": 1, "a": 2}',
        '{"x": [{"a": 1, "\\u0061": 2}]}',
        "NaN",
        '{"a": NaN}',
        "[Infinity]",
        "[-Infinity]",
        "1e999",
        '{"a": -1e999}',
        "9" * 30,
        "-" + "9" * 30,
        "9" * 10_000,
        "[" * 100_000,
        "[" * 10_000 + "]" * 10_000,
        '{"a":' * 10_000 + "1" + "}" * 10_000,
        '"\\u0000"',
        '{"note": "a\\u0000b"}',
        '{"a\\u0000": 1}',
        '"\\ud800"',
        '{"a": ["\\udfff"]}',
        '"line\nbreak"',
        "\ufeff{}",
        b"\xff\xfe{}",
        b'"\xed\xa0\x80"',
        "{} {}",
    ],
    ids=lambda text: repr(text[:24]),
)
def test_it_is_refused_with_400(text):
    with pytest.raises(ParseError) as refused:
        parse(text)
    assert str(refused.value) == "The body is not valid JSON."


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ('{"a": 1.5}', {"a": 1.5}),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\\\u0000"', "\\u0000"),
        ('"\\\\\\\\u0000"', "\\\\u0000"),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1e308", 1e308),
        ('{"姓名": "王小明"}', {"姓名": "王小明"}),
        ('{"a": {"a": 1}}', {"a": {"a": 1}}),
    ],
)
def test_honest_json_is_read(text, value):
    assert parse(text) == value


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs", "Cf"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab\\u0", max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, st.booleans())
def test_whatever_can_be_stored_comes_back_the_same(value, ascii_only):
    assert parse(json.dumps(value, ensure_ascii=ascii_only)) == value


@given(st.binary(max_size=60))
def test_no_bytes_at_all_crash_it(body):
    try:
        parse(body)
    except ParseError:
        pass


def test_what_only_steers_the_drawing_is_no_part_of_a_text():
    assert parse('{"note": "王\u202e小\\u200b明", "more": [{"x": "\u2066y"}], "n": 1}') == {
        "note": "王小明", "more": [{"x": "y"}], "n": 1,
    }  # fmt: skip


def test_a_question_asks_each_thing_once(client, cast):
    client.force_login(cast.zhao)
    answer = client.get("/api/v1/customers/?q=a&q=b&page_size=5")
    assert (answer.status_code, list(answer.json())) == (400, ["q"])
