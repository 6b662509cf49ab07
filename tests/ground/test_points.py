"""Where a customer finds the bank."""

import pytest

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, waive_scope
from ground import services
from ground.models import ServicePoint


@pytest.fixture(autouse=True)
def _unguarded():
    with waive_scope("tests look at every row"):
        yield


def test_service_points_need_a_kind_and_a_place(cast):
    row = services.ServicePointRow
    good = [
        row("O1", "网点", "outlet", cast.east, None, 107.3, 25.8),
        row("V1", "村村通", "village_point", cast.grid_li),
    ]
    assert services.service_points_bulk_create(actor=cast.zhao, rows=good) == 2
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["service_points.created"]
    for bad in (
        row("O1", "x", "outlet", cast.east),
        row("O2", "x", "tent", cast.east),
        row("O3", "x", "outlet", cast.east, None, 200.0, 25.0),
        row("O4", "x", "outlet", cast.east, None, 107.0, None),
        row("O5", "x", "outlet", cast.east, None, float("nan"), 25.0),
    ):
        with pytest.raises(Refused):
            services.service_points_bulk_create(actor=cast.zhao, rows=[bad])
    with pytest.raises(OutOfSight):
        services.service_points_bulk_create(actor=cast.chen, rows=[row("W", "x", "outlet", cast.west)])
    assert ServicePoint.objects.count() == 2
