"""Ground as small drawings for a page: the paths of an SVG in one scale. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from ground.geometry import Ground, middle

WIDTH = 560
# steps across the picture that a screen shows
FINE = 700


@dataclass(frozen=True)
class Piece:
    """One ground of a drawing: its path, where its words stand, and how wide it is there."""

    key: str
    path: str
    x: int
    y: int
    width: int


@dataclass(frozen=True)
class Scale:
    """Where degrees lie in a drawing: east is stretched by the cosine of the middle latitude."""

    west: float
    north: float
    stretch: float
    step: float
    width: int
    height: int

    @classmethod
    def of(cls, grounds: Sequence[Ground]) -> "Scale":
        """Return the scale in which all of them fit."""
        boxes = [ground.bounds for ground in grounds]
        west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
        east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
        stretch = math.cos(math.radians((south + north) / 2))
        step = max((east - west) * stretch, north - south) / WIDTH
        return cls(
            west, north, stretch, step, math.ceil((east - west) * stretch / step), math.ceil((north - south) / step)
        )  # fmt: skip

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Return where a place lies."""
        return (
            round((longitude - self.west) * self.stretch / self.step),
            round((self.north - latitude) / self.step),
        )


def pieces(grounds: Mapping[str, Ground], scale: Scale) -> list[Piece]:
    """Draw grounds with fewer vertices; edges they share stay shared where they are a coverage."""
    if not grounds:
        return []
    shapes = list(grounds.values())
    tolerance = scale.step * WIDTH / FINE
    light = shapely.coverage_simplify(shapes, tolerance)
    found = []
    for key, whole, less in zip(grounds, shapes, light.tolist(), strict=True):
        ground = whole if less.is_empty else less
        left, _low, right, _high = ground.bounds
        found.append(
            Piece(
                key, _path(ground, scale), *scale.at(*middle(ground)), scale.at(right, 0)[0] - scale.at(left, 0)[0]
            )
        )  # fmt: skip
    return found


def _path(ground: Any, scale: Scale) -> str:
    parts = getattr(ground, "geoms", [ground])
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(
        "M" + "L".join("{} {}".format(*scale.at(*each)) for each in ring.coords[:-1]) + "Z" for ring in rings
    )
