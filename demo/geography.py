"""A county that has the names of the real one and the shape of none: made-up boundaries, illustrative only.

Coordinates are WGS-84 degrees. Neighbours share their edges exactly: cells are cut by Voronoi lines, every
inner line is roughened once, and the pieces are put together again from the lines.
"""

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import shapely
from shapely import MultiPoint, Point, Polygon
from shapely.ops import linemerge, polygonize, unary_union

Position = tuple[float, float]

AREA_KM2 = 2_800.0
KM_PER_DEGREE = 111.2
MIDDLE_LATITUDE = 25.8
OUTLINE: tuple[Position, ...] = (
    (106.72, 25.90), (106.80, 25.96), (106.92, 25.94), (107.02, 25.93), (107.10, 25.98), (107.18, 26.04),
    (107.27, 26.09), (107.36, 26.07), (107.41, 26.00), (107.40, 25.93), (107.44, 25.87), (107.47, 25.80),
    (107.45, 25.72), (107.46, 25.64), (107.40, 25.57), (107.31, 25.52), (107.22, 25.49), (107.12, 25.53),
    (107.02, 25.52), (106.93, 25.55), (106.86, 25.60), (106.78, 25.64), (106.74, 25.72), (106.76, 25.80),
)  # fmt: skip
TOWN_CENTRES: dict[str, Position] = {
    "522727001": (107.325, 25.845),
    "522727100": (107.345, 25.760),
    "522727101": (107.150, 25.870),
    "522727102": (107.035, 25.800),
    "522727103": (106.840, 25.840),
    "522727104": (106.870, 25.690),
    "522727105": (106.990, 25.610),
    "522727106": (107.200, 25.580),
    "522727107": (107.190, 25.720),
    "522727108": (107.290, 25.990),
    "522727200": (107.380, 25.650),
}
# decimals of a degree
CENTIMETRE = 7
_ROUGHNESS = 0.11
_SHORTEST = 0.005
_OVERLAP = 0.004
_RELAXATIONS = 3


def square_km(shape: Polygon) -> float:
    """Return the area on the ground, near enough for a county."""
    return float(shape.area * KM_PER_DEGREE**2 * math.cos(math.radians(MIDDLE_LATITUDE)))


def _roughen(rng: random.Random, points: Sequence[Position], amount: float) -> list[Position]:
    """Move the middles of a line aside, again and again, until its pieces are short; its ends stay."""
    rough = [points[0]]
    for start, end in pairwise(points):
        rough += _bend(rng, start, end, amount)[1:]
    return rough


def _bend(rng: random.Random, start: Position, end: Position, amount: float) -> list[Position]:
    length = math.dist(start, end)
    if length < _SHORTEST:
        return [start, end]
    aside = rng.uniform(-amount, amount)
    middle = (
        round((start[0] + end[0]) / 2 - (end[1] - start[1]) * aside, 6),
        round((start[1] + end[1]) / 2 + (end[0] - start[0]) * aside, 6),
    )
    return [*_bend(rng, start, middle, amount), *_bend(rng, middle, end, amount)[1:]]


def county(rng: random.Random) -> Polygon:
    """Make the outline, scaled to the county's area."""
    shape = Polygon(_roughen(rng, [*OUTLINE, OUTLINE[0]], _ROUGHNESS))
    factor = math.sqrt(AREA_KM2 / square_km(shape))
    centre = shape.centroid
    return shapely.transform(
        shape, lambda points: ((points - [centre.x, centre.y]) * factor + [centre.x, centre.y]).round(6)
    )


def _cells(parent: Polygon, seeds: Sequence[Position]) -> list[Polygon]:
    """Cut a shape into the Voronoi cells of the seeds, in the seeds' order."""
    found = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(seeds), extend_to=parent))
    tree = shapely.STRtree(found)
    return [
        largest(shapely.intersection(parent, found[int(tree.query(Point(seed), "intersects")[0])]))
        for seed in seeds
    ]


def largest(shape: Any) -> Polygon:
    """Return the biggest polygon of whatever a cut left."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area)


def partition(rng: random.Random, parent: Polygon, seeds: Sequence[Position]) -> list[Polygon]:
    """Cut a shape into one piece around each seed, with lines as rough as a border in the hills."""
    if len(seeds) == 1:
        return [parent]
    outline, around = parent.boundary, parent.buffer(_OVERLAP)
    cells = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=around)
    inner = unary_union([cell.boundary for cell in shapely.get_parts(cells)]).intersection(around)
    lines = linemerge([part for part in shapely.get_parts(inner) if part.length > 0])
    straight = [list(line.coords) for line in shapely.get_parts(lines)]
    state = rng.getstate()
    for amount in (_ROUGHNESS, _ROUGHNESS / 2, _ROUGHNESS / 4, 0.0):
        rng.setstate(state)
        rough = [shapely.LineString(_roughen(rng, line, amount)) for line in straight]
        found = polygonize(unary_union([outline, *rough]))
        within = [piece for piece in found if parent.contains(piece.representative_point())]
        pieces = _matched(within, seeds)
        if pieces:
            return pieces
    return _cells(parent, seeds)


def _matched(pieces: list[Polygon], seeds: Sequence[Position]) -> list[Polygon]:
    """Put the pieces in the seeds' order; nothing when they don't match one to one.

    Slivers without a seed go to the neighbour with which they share the longest edge.
    """
    owned: list[Polygon | None] = [None] * len(seeds)
    slivers: list[Polygon] = []
    for piece in pieces:
        inside = [number for number, seed in enumerate(seeds) if piece.covers(Point(seed))]
        if len(inside) > 1:
            return []
        if inside:
            owned[inside[0]] = piece
        else:
            slivers.append(piece)
    if None in owned:
        return []
    whole = [piece for piece in owned if piece is not None]
    for sliver in slivers:
        edges = [sliver.boundary.intersection(piece.boundary).length for piece in whole]
        best = max(range(len(whole)), key=lambda number: (edges[number], -number))
        joined = unary_union([whole[best], sliver])
        if not isinstance(joined, Polygon):
            return []
        whole[best] = joined
    return whole


def inside(
    rng: random.Random, shape: Polygon, near: Position | None = None, spread: float = 0.35
) -> Position:
    """Pick a point inside a shape; `near` draws it towards a place."""
    min_x, min_y, max_x, max_y = shape.bounds
    for _ in range(200):
        x, y = rng.uniform(min_x, max_x), rng.uniform(min_y, max_y)
        if near is not None:
            x, y = near[0] + (x - near[0]) * spread, near[1] + (y - near[1]) * spread
        if shape.contains(Point(x, y)):
            return round(x, 6), round(y, 6)
    centre = shape.representative_point()
    return round(centre.x, 6), round(centre.y, 6)


def spread_out(
    rng: random.Random, shape: Polygon, count: int, town: Position, close_by: int
) -> list[Position]:
    """Pick places for villages, evenly spread; the first `close_by` crowd around the town."""
    seeds = [inside(rng, shape, near=town, spread=0.12) for _ in range(close_by)]
    seeds += [inside(rng, shape) for _ in range(count - close_by)]
    for _ in range(_RELAXATIONS):
        if len(set(seeds)) < 2:
            break
        cells = _cells(shape, seeds)
        for number, cell in enumerate(cells):
            # towns stay dense
            if number < close_by:
                continue
            centre = cell.centroid if cell.contains(cell.centroid) else cell.representative_point()
            seeds[number] = (round(centre.x, 6), round(centre.y, 6))
    return seeds


def geojson(shape: Any, digits: int = 5) -> dict[str, Any]:
    """Return the shape as GeoJSON; five digits are about one metre.

    Where a line ends on another's middle, only one of the neighbours has a corner there, and rounding moves it off the
    other's edge: many small grids need more digits than a county's villages.
    """
    rounded = shapely.transform(shape, lambda points: points.round(digits))
    found: dict[str, Any] = shapely.geometry.mapping(rounded)
    return found


def circle(centre: Position, radius: float, around: Polygon) -> Polygon:
    """Return a small ground about a place, inside the ground it belongs to."""
    return largest(Point(centre).buffer(radius, quad_segs=3).intersection(around))


def joined(shapes: Sequence[Polygon]) -> Any:
    """Return the union of neighbours."""
    return unary_union(shapes)
