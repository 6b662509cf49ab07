"""Files over the web."""

from urllib.parse import quote

from exchange.sending import XLSX, sent


def test_a_chinese_name_arrives_whole():
    response = sent(b"PK", "某农商银行_排名.xlsx")
    assert (response.content, response["Content-Type"]) == (b"PK", XLSX)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''" + quote("某农商银行_排名.xlsx")
