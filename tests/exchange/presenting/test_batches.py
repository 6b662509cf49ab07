"""What the page of a batch shows, and what it hides."""

from exchange.models import Batch, State
from exchange.presenting import batches
from exchange.presenting.batches import page, shown
from exchange.sheets import Column
from tests.exchange.files import brought, stored, xlsx

HEAD = ["编号", "名称"]


def test_a_personal_value_is_masked_and_one_that_nobody_named_too(cast, shelf):
    assert shown(Column(key="a", label="", personal=True), "522727199001011234") == "*" * 16 + "34"
    assert shown(Column(key="a", label=""), "甲") == "甲"
    batch = brought(cast.zhao, xlsx([*HEAD, "密"], ["1", "韦国英韦国英", "机密的话"]), kind="things")
    form = type("Form", (), {"lines": lambda _self: [(head, None) for head in batch.layout.heads]})()
    told = page(batch, actor=cast.zhao, form=form)
    assert [sample for _head, sample, *_more in told["columns"]] == ["1", "****国英", "****"]


def test_rows_are_told_with_what_is_wrong_and_never_with_what_is_personal(cast, shelf):
    batch, _told = stored(cast.zhao, xlsx(HEAD, ["7", "坏"], ["8", "甲"]), kind="things")
    form = type("Form", (), {"lines": lambda _self: []})()
    told = page(batch, actor=cast.zhao, form=form)
    (wrong,) = told["wrong"]
    assert (wrong.where, wrong.name, wrong.faults) == ("2", "7", [("名称", "****", "名称不对。", "请改。")])
    assert told["may_undo"]
    assert not told["may_store"]
    assert [step.is_done for step in told["steps"]] == [True] * 5


def test_a_line_of_a_table_says_how_a_batch_stands():
    (line,) = batches.rows([Batch(kind="products", name="a", state=State.JUDGED, counts={"wrong": 2})])
    assert (line["badge"], line["wrong"]) == ("warn", 2)
