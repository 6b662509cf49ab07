"""What a batch stored is put back, and what somebody worked on since is not."""

import pytest

from exchange import selectors, services
from exchange.models import State
from gridbank.errors import Refused
from tests.exchange.files import stored, worked, xlsx

HEAD = ["编号", "名称"]


def test_undo_puts_back_all_but_what_was_worked_on_since(cast, shelf):
    shelf.things = {"1": "旧"}
    batch, _told = stored(cast.zhao, xlsx(HEAD, ["1", "甲"], ["2", "乙"], ["3", "丙"]), kind="things")
    shelf.things["2"] = "丁"
    assert worked(cast.zhao, batch, selectors.UNDO) == {"rows": 3, "undone": 2, "kept": 1}
    assert (shelf.things, batch.state) == ({"1": "旧", "2": "丁"}, State.UNDONE)
    assert selectors.rows_kept(batch) == [["名册", 3, "有人改过。"]]
    with pytest.raises(Refused):
        services.batch_start(actor=cast.zhao, batch=batch, work=selectors.STORE)
