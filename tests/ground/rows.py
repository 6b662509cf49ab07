"""Rows of the ground app for the nets, and which of its routes wants which."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from ground.cutting import empty, renamed, there
from ground.models import Layout, LayoutVersion, ServicePoint
from tests.nets.making import ABSENT, by


def _layout(world: Any, whose: str, **changes: Any) -> Layout:
    """A draft that calls a grid otherwise, of Li's branch or of the stranger's."""
    cast = world.cast
    branch = cast.east if whose == "mine" else cast.west
    maker = cast.chen if whose == "mine" else cast.zhou
    now = timezone.now()
    made = Layout.objects.create(
        grid=branch,
        name="明年重划",
        first_day=timezone.localdate() + timedelta(days=9),
        version=2,
        opened_by=maker,
        opened_at=now,
        **changes,
    )
    named = renamed(empty(), there(world.grid(whose).pk), "Annex")
    for number, before, content in ((1, None, empty()), (2, 1, named)):
        LayoutVersion.objects.create(
            layout=made, number=number, before=before, act="renamed", content=content, made_by=maker, made_at=now
        )  # fmt: skip
    return made


def _point(world: Any, whose: str, **changes: Any) -> ServicePoint:
    """A village service point in Li's grid or the stranger's."""
    grid = world.grid(whose)
    values = {
        "code": f"P{ServicePoint._base_manager.count() + 1:03}",
        "name": "村口服务点",
        "kind": "village_point",
        "partner": "村口小卖部",
        **changes,
    }
    return ServicePoint.objects.create(grid=grid, **values)


MAKE = {"layout": _layout, "point": _point}


def _grid(world: Any, whose: str) -> dict[str, int]:
    return {"pk": ABSENT if whose == "absent" else world.grid(whose).pk}


ROWS = {
    "ground": by("layout"),
    "ground:wall": _grid,
    "ground:point-change": by("point"),
    "ground:point-close": by("point"),
}
