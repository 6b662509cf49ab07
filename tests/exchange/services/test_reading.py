"""The rows of a file, the same chunks each time."""

import pytest

from exchange.services.reading import chunks_of
from exchange.sheets import register
from gridbank.errors import Refused
from tests.exchange.files import brought, xlsx

HEAD = ["编号", "名称"]


def test_headings_that_come_again_and_feet_are_no_rows(cast, shelf):
    content = xlsx(["花名册"], HEAD, ["1", "甲"], ["2", None], HEAD, ["3", "丙"], ["合计", None])
    batch = brought(cast.zhao, content, kind="things")
    found = [
        (chunk.number, [row.number for row in chunk.rows], [row.number for row, _out in chunk.unsound])
        for chunk in chunks_of(batch)
    ]
    assert found == [(0, [3], [4]), (1, [6], [])]


def test_a_file_with_too_many_rows_is_refused(cast, shelf):
    register(shelf.sheet(most=1))
    batch = brought(cast.zhao, xlsx(HEAD, ["1", "甲"], ["2", "乙"]), kind="things")
    with pytest.raises(Refused, match="1"):
        list(chunks_of(batch))
