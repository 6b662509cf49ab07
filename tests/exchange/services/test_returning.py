"""Wrong rows come back as a workbook that is brought again as it is."""

from exchange.opening import table_of
from exchange.services.returning import wrong_rows
from tests.exchange.files import stored, xlsx

HEAD = ["编号", "名称"]


def test_what_comes_back_is_put_right_and_brought_again(cast, shelf):
    batch, _told = stored(
        cast.zhao, xlsx(["花名册"], HEAD, ["1", "甲"], ["2", "坏"], ["003", None]), kind="things"
    )
    lines = [line.cells for line in table_of(wrong_rows(batch)).lines("名册")]
    assert lines[:2] == [["花名册"], [*HEAD, lines[1][2]]]
    assert lines[2] == ["2", "坏", "名称 名称不对。 请改。"]
    assert lines[3][:2] == ["003", None]
    lines[2][1], lines[3][1] = "乙", "丙"
    _again, told = stored(cast.zhao, xlsx(*lines), kind="things")
    assert told == {"rows": 2, "new": 2}
    assert shelf.things == {"1": "甲", "2": "乙", "003": "丙"}
