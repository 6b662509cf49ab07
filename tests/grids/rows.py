"""Rows of the grids app for the nets, and which of its routes wants which."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from grids.models import Backdating, Handover, HandoverPart, HandoverVisit, HandoverWard
from tests import factories
from tests.nets.making import ABSENT, Kwargs, by


def _grid(world: Any, whose: str) -> Kwargs:
    return {"pk": ABSENT if whose == "absent" else world.grid(whose).pk}


def _area(world: Any, whose: str) -> Kwargs | None:
    """Divisions are published by the state: every row is in everybody's sight."""
    return {"mine": {"pk": world.row("area", "mine").pk}, "absent": {"pk": ABSENT}}.get(whose)


def _backdating(world: Any, whose: str) -> Backdating:
    """What only head office decides on: the stranger's is of another bank."""
    abroad = None if whose == "mine" else factories.GridFactory(tier="head_office", parent=None)
    return Backdating.objects.create(
        kind="start",
        grid=abroad or world.grid(whose),
        user=world.cast.sun,
        part="deputy",
        since=timezone.localdate() - timedelta(days=1),
        reason="补录",
        asked_by=world.cast.chen,
        asked_at=timezone.now(),
    )


def _handover(world: Any, whose: str) -> Handover:
    grid, owner = world.grid(whose), world.owner(whose)
    made = Handover.objects.create(
        # of a grid there is one at a time
        kind="households",
        giver=owner,
        grid=grid,
        first_day=timezone.localdate() + timedelta(days=9),
        reason="轮岗",
        residual_months=6,
        opened_by=world.cast.chen,
        opened_at=timezone.now(),
        loads=[{"user": owner.pk, "name": owner.name, "before": {"grids": 1}, "after": {"grids": 0}}],
    )
    HandoverPart.objects.create(
        handover=made, grid=grid, receiver=world.cast.wang if whose == "mine" else owner
    )
    home = world.row("household", whose)
    HandoverWard.objects.create(handover=made, subject_id=home.pk, subject_name=home.code)
    HandoverVisit.objects.create(
        handover=made, day=timezone.localdate(), people="两人", recorded_by=owner, recorded_at=timezone.now()
    )
    return made


_ago = count(1)


def _name(world: Any, whose: str) -> Any:
    # a grid has one name on a day
    day, now = timezone.localdate() - timedelta(days=next(_ago)), timezone.now()
    span = {"valid_from": day, "valid_to": day, "changed_by": world.cast.zhao, "changed_at": now}
    return world.grid(whose).names.create(name="老街", **span)


MAKE = {
    "grid-name": _name,
    "backdating": _backdating,
    "giver": lambda w, whose: w.owner(whose),
    "handover": _handover,
    "ticked": lambda w, whose: w.grid(whose),
    "area": lambda _w, _whose: factories.AreaFactory(),
    "assignment": lambda w, whose: factories.AssignmentFactory(grid=w.grid(whose), part="helper"),
    "duty": lambda w, whose: factories.DutyFactory(grid=w.grid(whose)),
}
ROWS = {
    "grids:backdating-decide": by("backdating"),
    "grids:handover": by("handover"),
    "grids:handover-sign": by("handover"),
    "grids:handover-undo": by("handover"),
    "grids:handover-visit": by("handover"),
    "grids": _grid,
    "grids:assignment-end": by("assignment"),
    "grids:duty-end": by("duty"),
    "area-detail": _area,
    "grid-detail": _grid,
}
