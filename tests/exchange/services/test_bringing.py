import pytest

from exchange import selectors, services
from exchange.matching import How
from exchange.models import Habit
from exchange.services.bringing import file_label
from gridbank.errors import Refused
from tests.exchange.files import brought, worked, xlsx


def test_columns_said_by_hand_are_remembered_for_such_files(cast, shelf):
    rows = [["甲列", "乙列"], ["1", "甲"]]
    batch = brought(cast.zhao, xlsx(*rows), kind="things")
    with pytest.raises(Refused, match="编号"):
        services.batch_start(actor=cast.zhao, batch=batch, work=selectors.STORE)
    with pytest.raises(Refused):
        services.batch_map(actor=cast.zhao, batch=batch, keys={0: "code", 1: "code"})
    services.batch_map(actor=cast.zhao, batch=batch, keys={0: "code", 1: "name"})
    assert "甲" not in str(Habit.objects.get().keys)
    again = brought(cast.chen, xlsx(*rows, ["2", "乙"]), kind="things")
    assert [(head.key, head.how) for head in again.layout.heads] == [("code", How.KEPT), ("name", How.KEPT)]
    assert worked(cast.chen, again, selectors.STORE) == {"rows": 2, "new": 2}
    with pytest.raises(Refused):
        services.batch_map(actor=cast.chen, batch=again, keys={0: "", 1: "name"})


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("C:\\账\\名册.xlsx", "名册.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("a\u202exslx.exe\n", "axslx.exe"),
        ("", "-"),
        ("王小明522727196612279006-13812345678.csv", "王小明##################-###########.csv"),
        ("2026年名册.csv", "2026年名册.csv"),
    ],
)
def test_a_name_is_never_a_path(name, label):
    assert file_label(name) == label
