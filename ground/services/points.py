"""Service points: where a customer finds the bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from gridbank.turns import take_turn
from grids.authority import Act
from grids.models import Area, Grid
from grids.services.access import grids_locked
from ground.actions import Action
from ground.enums import ServicePointKind
from ground.geometry import GLOBE, within
from ground.models import ServicePoint
from people.models import User

BATCH = 500


@dataclass(frozen=True)
class ServicePointRow:
    """A service point to be made; WGS-84."""

    code: str
    name: str
    kind: str
    grid: Grid
    area: Area | None = None
    longitude: float | None = None
    latitude: float | None = None
    opened_on: date | None = None


@transaction.atomic
def service_points_bulk_create(*, actor: User | None, rows: Sequence[ServicePointRow]) -> int:
    """Add many service points. One audit row. Raises Refused for a wrong kind, place or code."""
    take_turn("ground.points")
    codes = [row.code for row in rows]
    with waive_scope("codes are unique over every service point, seen or not"):
        taken = set(ServicePoint.objects.filter(code__in=codes).values_list("code", flat=True))
    if actor is not None:
        grids_locked(actor, (row.grid for row in rows), Act.POINT_ADD)
    for row in rows:
        if row.code in taken:
            raise Refused(_("The code %(code)s is in use.") % {"code": row.code}, field="code")
        taken.add(row.code)
        if row.kind not in ServicePointKind.values:
            raise Refused(_("%(code)s: unknown kind of service point.") % {"code": row.code}, field="kind")
        place = (row.longitude, row.latitude)
        if place != (None, None) and not _is_place(*place):
            raise Refused(_("%(code)s: no place on the globe.") % {"code": row.code}, field="longitude")
    points = [
        ServicePoint(
            code=row.code, name=row.name, kind=row.kind, grid_id=row.grid.pk, area=row.area,
            longitude=row.longitude, latitude=row.latitude, opened_on=row.opened_on,
        )
        for row in rows
    ]  # fmt: skip
    ServicePoint.objects.bulk_create(points, batch_size=BATCH)
    record(actor=actor, action=Action.SERVICE_POINTS_CREATED, changes={"count": len(points)})
    return len(points)


def _is_place(longitude: float | None, latitude: float | None) -> bool:
    if longitude is None or latitude is None:
        return False
    return within(GLOBE, longitude, latitude)
