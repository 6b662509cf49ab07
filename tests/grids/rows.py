"""Rows of the grids app for the nets, and which of its routes wants which."""

from typing import Any

from tests import factories
from tests.nets.making import ABSENT, Kwargs, by


def _grid(world: Any, whose: str) -> Kwargs:
    return {"pk": ABSENT if whose == "absent" else world.grid(whose).pk}


def _area(world: Any, whose: str) -> Kwargs | None:
    """Divisions are published by the state: every row is in everybody's sight."""
    return {"mine": {"pk": world.row("area", "mine").pk}, "absent": {"pk": ABSENT}}.get(whose)


MAKE = {
    "area": lambda _w, _whose: factories.AreaFactory(),
    "assignment": lambda w, whose: factories.AssignmentFactory(grid=w.grid(whose), part="helper"),
    "duty": lambda w, whose: factories.DutyFactory(grid=w.grid(whose)),
}
ROWS = {
    "grids": _grid,
    "grids:assignment-end": by("assignment"),
    "grids:duty-end": by("duty"),
    "area-detail": _area,
    "grid-detail": _grid,
}
