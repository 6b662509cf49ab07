"""Where a customer finds the bank."""

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight
from ground import services
from ground.models import ServicePoint
from tests.factories import GridFactory

pytestmark = pytest.mark.usefixtures("unguarded")


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


@pytest.mark.parametrize(
    ("place", "fits"),
    [
        ((None, None), True), ((180.0, 90.0), True), ((-180.0, -90.0), True), ((0.0, 0.0), True), ((180.1, 0.0), False),
        ((0.0, 90.1), False), ((None, 25.0), False), ((float("inf"), 25.0), False), ((107.0, float("-inf")), False),
    ],
)  # fmt: skip
def test_a_place_lies_on_the_globe_or_is_not_known(cast, place, fits):
    row = services.ServicePointRow("O1", "网点", "outlet", cast.east, None, *place)
    if fits:
        assert services.service_points_bulk_create(actor=cast.zhao, rows=[row]) == 1
    else:
        with pytest.raises(Refused) as caught:
            services.service_points_bulk_create(actor=cast.zhao, rows=[row])
        assert (caught.value.field, "O1" in str(caught.value)) == ("longitude", True)
    assert ServicePoint.objects.count() == fits


def test_one_wrong_row_adds_none(cast):
    row = services.ServicePointRow
    for wrong in (row("O1", "又", "outlet", cast.east), row("O2", "帐篷", "tent", cast.east)):
        with pytest.raises(Refused):
            services.service_points_bulk_create(
                actor=None, rows=[row("O1", "网点", "outlet", cast.east), wrong]
            )
    assert (ServicePoint.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_a_code_of_another_bank_is_taken_as_well(cast):
    row = services.ServicePointRow
    services.service_points_bulk_create(actor=None, rows=[row("O1", "别行", "outlet", GridFactory())])
    with pytest.raises(Refused) as caught:
        services.service_points_bulk_create(actor=cast.zhao, rows=[row("O1", "网点", "outlet", cast.east)])
    assert caught.value.field == "code"
    assert "别行" not in str(caught.value)


def test_who_may_not_write_in_a_grid_adds_no_point_there(cast):
    row = services.ServicePointRow("O1", "网点", "outlet", cast.grid_li)
    for actor, refusal in ((cast.li, PermissionDenied), (cast.zhou, OutOfSight), (cast.sun, OutOfSight)):
        with pytest.raises(refusal):
            services.service_points_bulk_create(actor=actor, rows=[row])
    assert services.service_points_bulk_create(actor=cast.zhao, rows=[]) == 0
    assert not ServicePoint.objects.exists()
