import pytest

from exchange.opening import table_of
from exchange.workbooks import Line
from gridbank.errors import Refused

ROWS = [Line(1, ["姓名", "村"]), Line(3, ["韦国英", None]), Line(4, ["石小坡", "陶家村"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_whatever_wrote_it(encoding, sign, end):
    text = end.join(
        [sign.join(["姓名", "村"]), sign, sign.join(["韦国英", ""]), sign.join(["石小坡", "陶家村"])]
    )
    table = table_of(text.encode(encoding))
    assert table.names() == ["csv"]
    assert list(table.lines("csv")) == ROWS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "网页"),
        (b"%PDF-1.7", "不是表格"),
        (b"a,b\n1,\0\n", "NUL"),
        (b"\xff\xd8\xff\xe0" + bytes(range(128, 255)) * 9, ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "宏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "xlsx"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", ""),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(content, said):
    with pytest.raises(Refused) as refused:
        table = table_of(content)
        list(table.lines(table.names()[0]))
    assert said in str(refused.value)
