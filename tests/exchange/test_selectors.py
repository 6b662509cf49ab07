"""What is read of batches."""

from exchange import selectors
from exchange.models import Phase
from exchange.sheets import Fate
from tests.exchange.files import stored, xlsx

HEAD = ["编号", "名称"]


def test_rows_that_are_not_in_are_told_by_their_fate(cast, shelf):
    batch, _told = stored(cast.zhao, xlsx(HEAD, ["1", "坏"], ["2", "疑"], ["3", "甲"]), kind="things")
    assert selectors.counted(batch, Phase.STORED) == {"wrong": 1, "doubtful": 1, "new": 1}
    found = {fate: [row.key for row in selectors.rows_out(batch, Phase.STORED, fate)] for fate in Fate}
    assert {fate: keys for fate, keys in found.items() if keys} == {
        Fate.WRONG: ["2!名册"],
        Fate.DOUBTFUL: ["3!名册"],
    }


def test_the_same_file_is_known_again_in_its_bank_alone(cast, shelf):
    content = xlsx(HEAD, ["1", "甲"])
    first, _told = stored(cast.zhao, content, kind="things")
    second, _told = stored(cast.zhao, content, kind="things")
    assert (selectors.same_before(first), selectors.same_before(second)) == (None, first)
    first.bank_id = None
    first.save()
    assert selectors.same_before(second) is None
