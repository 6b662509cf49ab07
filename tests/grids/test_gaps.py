"""What is wanting is found where one decides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gridbank.days import months_before
from grids import gaps, services
from tests import factories
from tests.people import assign

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def found(actor):
    return {gap.key: {(row.grid or row.person).name for row in rows} for gap, rows in gaps.found(actor=actor)}


def test_each_kind_of_gap_is_found_in_ones_own_ground_only(cast):
    empty = factories.GridFactory(parent=cast.east, name="丁村")
    services.duty_create(actor=None, grid=cast.grid_li, text="每季走访一遍", valid_from=TODAY)
    told = found(cast.chen)
    assert told["vacant"] == {empty.name}
    assert cast.grid_li.name not in told["duty"]
    assert {cast.grid_wang.name, empty.name} <= told["duty"]
    assert told["idle"] >= {cast.sun.name}
    assert cast.grid_wu.name not in told["duty"] | told["long"]
    assert gaps.found(actor=cast.li)[0][1] == []


def test_parts_that_follow_one_another_are_one_term(cast, settings):
    settings.ROTATION_MONTHS = 36
    long, short = (factories.GridFactory(parent=cast.east, name=name) for name in ("长村", "短村"))
    begun, turn = months_before(TODAY, 40), TODAY - timedelta(days=30)
    assign(cast.sun, long, begun, turn - timedelta(days=1))
    assign(cast.sun, long, turn)
    assign(cast.wang, short, begun, turn - timedelta(days=2))
    assign(cast.wang, short, turn)
    told = found(cast.chen)["long"]
    assert long.name in told
    assert short.name not in told
