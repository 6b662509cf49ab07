"""What of this room is taken back by the button in the message that told of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from grids.selectors import grid_list
from ground import services
from ground.drafts import layout_list
from ground.models import ServicePoint
from ground.selectors import service_points_kept
from people import undoing
from people.models import User

OPENED, CHANGED = "ground.opened", "ground.changed"
ADDED, WRITTEN, CLOSED = "ground.pointadded", "ground.pointwritten", "ground.pointclosed"


def _opened(actor: User, told: Sequence[Any]) -> str:
    found = visible_or_404(layout_list(actor=actor), pk=told[0])
    if found.version > 1:
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    services.layout_undo(actor=actor, layout=found)
    return _("The draft is undone: everything stays as it was.")


def _changed(actor: User, told: Sequence[Any]) -> str:
    found = visible_or_404(layout_list(actor=actor), pk=told[0])
    made = services.layout_step_back(actor=actor, layout=found, version=told[1])
    return _("The last change is undone: draft %(number)s.") % {"number": made.version}


def _point(actor: User, pk: int) -> ServicePoint:
    found: ServicePoint = visible_or_404(service_points_kept(actor=actor), pk=pk)
    return found


def _as_told(actor: User, pk: int, told: Any) -> ServicePoint:
    """Return a point that stands as it was told. Raises Refused when it was written otherwise since."""
    found = _point(actor, pk)
    if services.point_told(found) != told:
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    return found


def _added(actor: User, told: Sequence[Any]) -> str:
    services.service_point_withdraw(actor=actor, point=_as_told(actor, *told))
    return _("Undone: the service point is off the register again.")


def _written(actor: User, told: Sequence[Any]) -> str:
    pk, after, before = told
    found = _as_told(actor, pk, after)
    grid = visible_or_404(grid_list(actor=actor), pk=before["grid_id"])
    row = services.point_row(found.code, before, grid)
    services.service_point_change(actor=actor, point=found, row=row)
    return _("Undone: the service point stands as before.")


def _closed(actor: User, told: Sequence[Any]) -> str:
    found, day = _point(actor, told[0]), date.fromisoformat(told[1])
    services.service_point_reopen(actor=actor, point=found, closed_on=day)
    return _("Undone: the service point stays open.")


def register_undoing() -> None:
    """Let the buttons of this room work."""
    undoing.register(OPENED, _opened)
    undoing.register(CHANGED, _changed)
    undoing.register(ADDED, _added)
    undoing.register(WRITTEN, _written)
    undoing.register(CLOSED, _closed)
