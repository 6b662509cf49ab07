"""Who sees a batch and its parts."""

import pytest
from django.core.exceptions import PermissionDenied

from exchange import selectors, services
from exchange.models import Batch, Slice
from exchange.sheets import register
from gridbank.scoping import OutOfSight
from tests.exchange.files import brought, xlsx


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


def test_a_part_is_seen_with_its_batch(cast, shelf):
    brought(cast.chen, xlsx(["编号", "名称"], ["1", "甲"]), kind="things")
    seen = [Slice.objects.visible_to(who).count() for who in (cast.chen, cast.zhou)]
    assert seen == [1, 0]
