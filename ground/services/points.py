"""Service points: where a customer finds the bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.numbers import refuse_numbers
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked, take_turn
from grids.authority import Act
from grids.models import Area, Grid
from grids.services.access import grids_locked
from ground.actions import Action
from ground.enums import ServicePointKind
from ground.geometry import GLOBE, within
from ground.models import ServicePoint
from ground.selectors import service_points_kept
from people.models import User

BATCH = 500
TURN = "ground.points"
# what may be written otherwise; its code tells a point from others for good
FIELDS = ("name", "kind", "grid_id", "partner", "opened_on", "longitude", "latitude")


@dataclass(frozen=True)
class ServicePointRow:
    """A service point as it is to stand; WGS-84."""

    code: str
    name: str
    kind: str
    grid: Grid
    area: Area | None = None
    longitude: float | None = None
    latitude: float | None = None
    opened_on: date | None = None
    partner: str = ""


@transaction.atomic
def service_points_bulk_create(*, actor: User | None, rows: Sequence[ServicePointRow]) -> int:
    """Add many service points. One audit row. Raises Refused for a wrong kind, place or code."""
    take_turn(TURN)
    codes = [row.code for row in rows]
    with waive_scope("codes are unique over every service point, seen or not"):
        taken = set(ServicePoint.objects.filter(code__in=codes).values_list("code", flat=True))
    if actor is not None:
        grids_locked(actor, (row.grid for row in rows), Act.POINT_ADD)
    for row in rows:
        if row.code in taken:
            raise Refused(_("The code %(code)s is in use.") % {"code": row.code}, field="code")
        taken.add(row.code)
        refuse_numbers("code", row.code)
        _check(row)
    points = [_made(row) for row in rows]
    ServicePoint.objects.bulk_create(points, batch_size=BATCH)
    record(actor=actor, action=Action.SERVICE_POINTS_CREATED, changes={"count": len(points)})
    return len(points)


@transaction.atomic
def service_point_add(*, actor: User | None, row: ServicePointRow) -> ServicePoint:
    """Put one service point on the register. Raises Refused for a wrong kind, place or code, or a closed grid."""
    take_turn(TURN)
    grids_locked(actor, [row.grid], Act.POINT_ADD)
    with waive_scope("codes are unique over every service point, seen or not"):
        if ServicePoint.objects.filter(code=row.code).exists():
            raise Refused(_("The code %(code)s is in use.") % {"code": row.code}, field="code")
    refuse_numbers("code", row.code)
    _check(row)
    _check_open(row.grid)
    made = _made(row)
    made.save()
    record(
        actor=actor, action=Action.SERVICE_POINT_ADDED, subject=made, changes={"code": row.code, **point_told(made)}
    )  # fmt: skip
    return made


@transaction.atomic
def service_point_change(*, actor: User | None, point: ServicePoint, row: ServicePointRow) -> ServicePoint:
    """Write a service point otherwise; its code stays. Raises Refused as adding does. Where it goes is asked as well."""
    found = _held(actor, point, row.grid)
    _check(row)
    if found.grid_id != row.grid.pk:
        _check_open(row.grid)
    if found.closed_on and row.opened_on and row.opened_on > found.closed_on:
        raise Refused(_("It was closed before that day."), field="opened_on")
    before, wanted = point_told(found), _made(row)
    for name in FIELDS:
        setattr(found, name, getattr(wanted, name))
    after = point_told(found)
    if after == before:
        return found
    found.save(update_fields=FIELDS)
    changes = {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}
    record(actor=actor, action=Action.SERVICE_POINT_CHANGED, subject=found, changes=changes)
    return found


@transaction.atomic
def service_point_close(
    *, actor: User | None, point: ServicePoint, closed_on: date, reason: str
) -> ServicePoint:
    """Close a service point from a day on: it stays on the register. Raises Refused when it is closed already."""
    found = _held(actor, point)
    if found.closed_on is not None:
        raise Refused(_("%(name)s is closed already.") % {"name": found.name})
    if found.opened_on and closed_on < found.opened_on:
        raise Refused(_("It was opened only after that day."), field="closed_on")
    if not reason.strip():
        raise Refused(_("Say why it is closed."), field="reason")
    refuse_numbers("reason", reason)
    found.closed_on, found.close_reason = closed_on, reason.strip()
    _check_fields(found)
    found.save(update_fields=["closed_on", "close_reason"])
    changes = {"closed_on": [None, closed_on.isoformat()], "reason": found.close_reason}
    record(actor=actor, action=Action.SERVICE_POINT_CLOSED, subject=found, changes=changes)
    return found


@transaction.atomic
def service_point_reopen(*, actor: User | None, point: ServicePoint, closed_on: date) -> ServicePoint:
    """Take back that a service point was closed on a day. Raises Refused when it isn't, or on another day."""
    found = _held(actor, point)
    if found.closed_on is None or found.closed_on != closed_on:
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    changes = {"closed_on": [closed_on.isoformat(), None], "reason": found.close_reason}
    found.closed_on, found.close_reason = None, ""
    found.save(update_fields=["closed_on", "close_reason"])
    record(actor=actor, action=Action.SERVICE_POINT_REOPENED, subject=found, changes=changes)
    return found


@transaction.atomic
def service_point_withdraw(*, actor: User | None, point: ServicePoint) -> None:
    """Take a service point off the register that was added by mistake. Raises Refused once it was closed."""
    found = _held(actor, point)
    if found.closed_on is not None:
        raise Refused(_("%(name)s is closed already.") % {"name": found.name})
    changes, key = {"code": found.code, **point_told(found)}, found.pk
    found.delete()
    found.pk = key
    record(actor=actor, action=Action.SERVICE_POINT_WITHDRAWN, subject=found, changes=changes)


def point_told(point: ServicePoint) -> dict[str, Any]:
    """Return what may be written otherwise of a point, as JSON takes it."""
    day = point.opened_on
    told = {name: getattr(point, name) for name in FIELDS}
    return {**told, "kind": str(point.kind), "opened_on": day.isoformat() if day else None}


def point_row(code: str, told: Mapping[str, Any], grid: Grid) -> ServicePointRow:
    """Return a point as it was told: what puts it back."""
    day = told["opened_on"]
    return ServicePointRow(
        code, told["name"], told["kind"], grid, longitude=told["longitude"], latitude=told["latitude"],
        opened_on=date.fromisoformat(day) if day else None, partner=told["partner"],
    )  # fmt: skip


def _held(actor: User | None, point: ServicePoint, *also: Grid) -> ServicePoint:
    """Read a point again under lock, as whoever may write in its grid and in those where it goes."""
    with_grid = _seen(actor, point)
    grids_locked(actor, [with_grid.grid, *also], Act.POINT_ADD)
    found = _seen(actor, point, hold=True)
    if found.grid_id != with_grid.grid_id:
        raise Refused(_("It was changed meanwhile. Look at it again."))
    return found


def _seen(actor: User | None, point: ServicePoint, *, hold: bool = False) -> ServicePoint:
    if actor is None:
        with waive_scope("the installation itself brings a file"):
            return _one(ServicePoint.objects.select_related("grid"), point, hold=hold)
    return _one(service_points_kept(actor=actor), point, hold=hold)


def _one(rows: QuerySet[ServicePoint], point: ServicePoint, *, hold: bool) -> ServicePoint:
    found: ServicePoint = visible_or_404(locked(rows) if hold else rows, pk=point.pk)
    return found


def _made(row: ServicePointRow) -> ServicePoint:
    return ServicePoint(
        code=row.code, name=row.name, kind=row.kind, grid_id=row.grid.pk, area=row.area, partner=row.partner,
        longitude=row.longitude, latitude=row.latitude, opened_on=row.opened_on,
    )  # fmt: skip


def _check(row: ServicePointRow) -> None:
    if row.kind not in ServicePointKind.values:
        raise Refused(_("%(code)s: unknown kind of service point.") % {"code": row.code}, field="kind")
    place = (row.longitude, row.latitude)
    if place != (None, None) and not _is_place(*place):
        raise Refused(_("%(code)s: no place on the globe.") % {"code": row.code}, field="longitude")
    refuse_numbers("name", row.name)
    refuse_numbers("partner", row.partner)
    _check_fields(_made(row))


def _check_open(grid: Grid) -> None:
    if grid.valid_to is not None and grid.valid_to < timezone.localdate():
        raise Refused(_("%(grid)s is closed: choose another grid.") % {"grid": grid.name}, field="grid")


def _check_fields(point: ServicePoint) -> None:
    """Refuse what no column takes."""
    taken = {"code", "name", "partner", "close_reason"}
    try:
        point.clean_fields(exclude={field.name for field in point._meta.fields} - taken)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        shown = "reason" if field == "close_reason" else field
        raise Refused(f"{point.code}: {messages[0]}", field=shown) from error


def _is_place(longitude: float | None, latitude: float | None) -> bool:
    if longitude is None or latitude is None:
        return False
    return within(GLOBE, longitude, latitude)
