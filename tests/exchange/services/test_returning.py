"""Wrong rows come back as a workbook that is brought again as it is."""

import pytest
from django.utils.translation import override

from exchange.opening import table_of
from exchange.selectors import UNDO, rows_kept
from exchange.services.returning import wrong_rows
from grids.services import grid_rename
from tests.exchange.files import stored, worked, xlsx

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


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("zh-hans", ["请从下列值中选择：总行、支行", "缺少内容。"]),
        ("en", ["Choose one of: Head office, Branch", "It is missing."]),
    ],
)
def test_what_is_wrong_is_said_in_the_language_of_whoever_reads_it(client, cast, language, sentences):
    head = ["网格编号", "网格名称", "层级"]
    with override("zh-hans"):
        batch, told = stored(cast.zhao, xlsx(head, ["N1", "甲", "地区"], ["N2", None, None]), kind="grids")
    assert told == {"rows": 2, "wrong": 2}
    with override(language):
        reasons = str([line.cells[3] for line in table_of(wrong_rows(batch)).lines("名册")][1:])
    client.force_login(cast.zhao)
    client.cookies["django_language"] = language
    page = client.get(batch.get_absolute_url()).text
    for text in (reasons, page):
        assert [one in text for one in sentences] == [True, True]


def test_what_undo_left_is_said_in_the_language_of_whoever_reads_it(cast):
    with override("zh-hans"):
        batch, _told = stored(
            cast.zhao, xlsx(["网格编号", "网格名称"], [cast.grid_li.code, "新名"]), kind="grids"
        )
        grid_rename(actor=cast.zhao, grid=cast.grid_li, name="再改")
        worked(cast.zhao, batch, UNDO)
    for language, sentence in (("zh-hans", "再改 之后改过名。"), ("en", "再改 was renamed since.")):
        with override(language):
            assert [row[2] for row in rows_kept(batch)] == [sentence]
