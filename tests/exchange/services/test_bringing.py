import pytest
from django.core.exceptions import PermissionDenied

from exchange import selectors, services
from exchange.matching import How
from exchange.models import Batch, Habit
from exchange.services.bringing import file_label
from exchange.sheets import register
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight
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


def test_a_batch_is_seen_by_whoever_brought_it_while_he_may(cast, shelf):
    batch = brought(cast.chen, xlsx(["编号", "名称"], ["1", "甲"]), kind="things")
    assert [list(selectors.batch_list(actor=who)) for who in (cast.chen, cast.zhao, cast.zhou)] == [
        [batch],
        [],
        [],
    ]
    with pytest.raises(OutOfSight):
        services.batch_start(actor=cast.zhou, batch=batch, work=selectors.STORE)
    register(shelf.sheet(oversees=lambda actor: actor == cast.zhao))
    assert list(selectors.batch_list(actor=cast.zhao)) == [batch]
    register(shelf.sheet(may=lambda actor: actor != cast.chen, why_not=lambda _actor: "不行。"))
    assert not selectors.batch_list(actor=cast.chen).exists()
    with pytest.raises(PermissionDenied, match="不行。"):
        brought(cast.chen, xlsx(["编号", "名称"], ["1", "甲"]), kind="things")


def test_whoever_moved_elsewhere_sees_his_batch_no_longer(cast, shelf):
    batch = brought(cast.chen, xlsx(["编号", "名称"], ["1", "甲"]), kind="things")
    Batch.everywhere().update(reach="elsewhere")
    assert not selectors.batch_list(actor=cast.chen).filter(pk=batch.pk).exists()


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("C:\\账\\名册.xlsx", "名册.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("a\u202exslx.exe\n", "axslx.exe"),
        ("", "-"),
    ],
)
def test_a_name_is_never_a_path(name, label):
    assert file_label(name) == label
