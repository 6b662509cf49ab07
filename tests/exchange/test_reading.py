"""Tables that come in: decoding, limits, header, and faults that name their line."""

import pytest

from exchange import reading
from exchange.reading import Sheet, cells_of, decoded, refuse_line
from gridbank.errors import Refused

COLUMNS = ("code", "name")


def word(code, name):
    if not code:
        raise Refused("give a code.", field="code")
    return f"{code}={name}"


WORDS = Sheet(COLUMNS, word)


def read(content):
    return list(WORDS.rows(decoded(content)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_a_chinese_spreadsheet_saves_is_read(encoding, end):
    text = end.join(["code,name", "A,平塘县，克度镇", "", ' B ,"张，三, 李四"', ""])
    assert read(text.encode(encoding)) == [(2, "A=平塘县，克度镇"), (4, "B=张，三, 李四")]


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\xff\xfe\x00",
        "code,name\nA,平塘县\n".encode("utf-16"),
        "code,name\nA,平塘县克度镇".encode()[:-1],
        "code,name\nA,平塘县克度镇\n".encode().replace("县".encode(), b"\xe5\x8e"),
        b"\xef\xbb\xbf" + "code,name\nA,平塘县".encode("gbk"),
        b"code,name\nA,\xaa\xa1\xaa\xa2\n",
    ],
    ids=["a picture", "UTF-16", "cut off", "a bad byte", "a false mark", "user-defined characters"],
)
def test_what_is_neither_is_never_guessed(content):
    with pytest.raises(UnicodeDecodeError):
        decoded(content)


def test_a_file_has_a_largest_size(monkeypatch):
    monkeypatch.setattr(reading, "BYTES_AT_MOST", 10)
    assert decoded(b"0123456789").read() == "0123456789"
    with pytest.raises(Refused, match="64 MB"):
        decoded(b"01234567890")


def test_a_file_has_a_largest_number_of_rows(monkeypatch):
    monkeypatch.setattr(reading, "ROWS_AT_MOST", 3)
    assert len(read(b"code,name\nA,a\nB,b\n")) == 2
    with pytest.raises(Refused, match=r"第 4 行：.* 3 行"):
        read(b"code,name\nA,a\nB,b\nC,c\n")


@pytest.mark.parametrize(
    "header", ["", "code", "code;name", "name,code", "code,name,more", "Code,name", "code,name,", "编码,名称"]
)
def test_the_header_is_exactly_the_columns(header):
    with pytest.raises(Refused, match="第 1 行：表头必须为 code,name"):
        read(f"{header}\nA,a\n".encode())


def test_spaces_and_a_mark_in_the_header_do_no_harm():
    assert list(cells_of(["\ufeff code , name \n", "A,a\n"], COLUMNS)) == [(2, ["A", "a"])]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A", "第 3 行：有 1 列，应为 2 列"),
        ("A,a,b", "第 3 行：有 3 列，应为 2 列"),
        ("A,a\0", "第 3 行：含有 NUL"),
        (",a", "第 3 行：give a code."),
        ("A," + "x" * 200_000, "第 3 行：field larger than field limit"),
    ],
)
def test_a_fault_names_its_line(line, said):
    with pytest.raises(Refused, match=said):
        read(f"code,name\nB,b\n{line}\n".encode())


def test_a_cell_over_two_lines_counts_as_it_stands_in_the_file():
    with pytest.raises(Refused, match="第 4 行"):
        read(b'code,name\nB,"b\nb"\n,a\n')


def test_what_a_rule_says_keeps_its_field():
    with pytest.raises(Refused) as refused:
        read(b"code,name\n,a\n")
    assert refused.value.field == "code"
    assert refuse_line(7, "x.").field is None


def test_a_formula_is_read_as_the_text_it_is():
    assert read(b'code,name\n=1+1,"=HYPERLINK(""x"")"\n') == [(2, '=1+1==HYPERLINK("x")')]
