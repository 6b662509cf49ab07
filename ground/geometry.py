"""The ground as numbers: reading boundaries, partitioning an outline. Pure.

Coordinates are longitude, latitude in degrees, WGS-84.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import shapely
from shapely.errors import GEOSException
from shapely.geometry import Point, Polygon, mapping, shape

MAX_VERTICES = 10_000
# checking rings against each other costs their square
MAX_RINGS = 200
# degrees, about a decimetre: every made-up boundary is snapped to it
GRAIN = 1e-6
# degrees, about ten metres: what nearly meets was meant to meet
SNAP = 1e-4
WEST, SOUTH, EAST, NORTH = GLOBE = (-180.0, -90.0, 180.0, 90.0)
CHINA = (73.0, 3.0, 136.0, 54.0)
Box = tuple[float, float, float, float]
Degrees = tuple[float, float]
"""Latitude and longitude."""
# the mean radius of the Earth (IUGG)
EARTH_KM = 6371.0088
Ground: TypeAlias = Any
"""A shapely Polygon or MultiPolygon; shapely comes without types."""
Shape: TypeAlias = "int | Sequence[Shape]"
# how old GeoJSON names the one system there is, and China's own, which is the same to a hand's breadth
WGS_84 = (":CRS84", ":4326", ":4490")


class BoundaryError(ValueError):
    """A boundary that can't be one. `reason` is a stable word, `where` the place if there is one."""

    def __init__(self, reason: str, where: tuple[float, float] | None = None) -> None:
        """Keep the reason and the place."""
        super().__init__(reason)
        self.reason = reason
        self.where = where


def within(box: Box, longitude: float, latitude: float) -> bool:
    """Say whether a place lies in a box; its edges belong to it, what is no number does not."""
    left, low, right, high = box
    return left <= longitude <= right and low <= latitude <= high


def kilometres(places: Sequence[Degrees], points: Sequence[Degrees]) -> list[float]:
    """Return how far it is from each place to the nearest of the points, in kilometres, as the crow flies.

    The great circle by the haversine formula (R. W. Sinnott, Virtues of the haversine, Sky and Telescope 68, 1984).
    """
    if not places or not points:
        return []
    lat, lon = np.radians(np.array(places)).T
    found = np.full(len(places), np.inf)
    for there, east in np.radians(np.array(points)):
        half = np.sin((lat - there) / 2) ** 2 + np.cos(lat) * np.cos(there) * np.sin((lon - east) / 2) ** 2
        found = np.minimum(found, half)
    return [float(far) for far in 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(found, 1)))]


def _positions(coordinates: Any, depth: int) -> Iterable[Any]:
    if depth == 0:
        yield coordinates
        return
    if not isinstance(coordinates, (list, tuple)):
        raise BoundaryError("malformed")
    for part in coordinates:
        yield from _positions(part, depth - 1)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        # whole, and longer than any float
        return False


def _check_numbers(value: dict[str, Any]) -> None:
    depth = {"Polygon": 2, "MultiPolygon": 3}[value["type"]]
    count = 0
    for position in _positions(value.get("coordinates"), depth):
        count += 1
        if count > MAX_VERTICES:
            raise BoundaryError("too_many_vertices")
        if not isinstance(position, (list, tuple)) or len(position) not in (2, 3):
            raise BoundaryError("malformed")
        if not all(_is_number(each) for each in position):
            raise BoundaryError("malformed")
        lon, lat = float(position[0]), float(position[1])
        if len(position) == 3:  # noqa: PLR2004  a height, which nothing here keeps
            raise BoundaryError("with_heights", (lon, lat))
        if not within(GLOBE, lon, lat):
            raise BoundaryError("off_the_globe", (lon, lat))
        if not within(CHINA, lon, lat):
            raise BoundaryError("outside_extent", (lon, lat))
    if count == 0:
        raise BoundaryError("empty")


def _check_rings(value: dict[str, Any]) -> None:
    """Shapely closes an open ring silently; an open ring is more likely a cut-off file."""
    depth = {"Polygon": 1, "MultiPolygon": 2}[value["type"]]
    for count, ring in enumerate(_positions(value["coordinates"], depth), 1):
        if count > MAX_RINGS:
            raise BoundaryError("too_many_rings")
        if len(ring) < 4:  # noqa: PLR2004  three corners and the first again
            raise BoundaryError("malformed")
        if list(ring[0]) != list(ring[-1]):
            raise BoundaryError("open_ring", (float(ring[-1][0]), float(ring[-1][1])))


def check_system(value: dict[str, Any]) -> None:
    """GeoJSON is WGS-84 by its standard; a file that names another system would lie where it isn't."""
    named = value.get("crs")
    about = named.get("properties") if isinstance(named, dict) else None
    name = about.get("name") if isinstance(about, dict) else None
    if named is not None and not (isinstance(name, str) and name.endswith(WGS_84)):
        raise BoundaryError("another_system")


def read_boundary(value: Any) -> Ground:
    """Turn GeoJSON into a valid polygon or multipolygon. Raises BoundaryError."""
    if isinstance(value, dict) and value.get("type") == "Feature":
        check_system(value)
        value = value.get("geometry")
    if not isinstance(value, dict) or value.get("type") not in ("Polygon", "MultiPolygon"):
        raise BoundaryError("not_a_polygon")
    check_system(value)
    _check_numbers(value)
    _check_rings(value)
    try:
        ground = shape({"type": value["type"], "coordinates": value["coordinates"]})
    except (GEOSException, ValueError, TypeError, IndexError) as error:
        raise BoundaryError("malformed") from error
    if ground.is_empty or shapely.minimum_rotated_rectangle(ground).area <= 0:
        raise BoundaryError("empty")
    if not ground.is_valid:
        raise BoundaryError("self_crossing", _place(shapely.is_valid_reason(ground)))
    return ground


def read_line(value: Any) -> Any:
    """Turn GeoJSON into a line. Raises BoundaryError."""
    points = (
        value.get("coordinates") if isinstance(value, dict) and value.get("type") == "LineString" else None
    )
    if not isinstance(points, list) or not 1 < len(points) <= MAX_VERTICES:
        raise BoundaryError("malformed")
    _check_numbers({"type": "Polygon", "coordinates": [points]})
    return shapely.LineString(points)


def snapped(ground: Ground, others: Sequence[Ground], reach: float = SNAP) -> Ground:
    """Put the corners of a ground on those of its neighbours where they nearly meet; else leave it as it was drawn."""
    near = [one for one in others if one.distance(ground) <= reach]
    if not near:
        return ground
    found = shapely.snap(ground, shapely.GeometryCollection(near), reach)
    whole = isinstance(found, (Polygon, shapely.MultiPolygon)) and found.is_valid and not found.is_empty
    return found if whole else ground


def lengthened(line: Any, by: float = SNAP) -> Any:
    """Draw a line a little further at both ends: one that ends on an edge was meant to cross it."""
    points = np.asarray(line.coords)
    ends = []
    for end, next_to in ((points[0], points[1]), (points[-1], points[-2])):
        way = end - next_to
        far = math.hypot(*way)
        ends.append(end + way / far * by if far else end)
    return shapely.LineString([ends[0], *points[1:-1], ends[1]])


def cut_along(ground: Ground, line: Any) -> list[Ground]:
    """Return the parts into which a line cuts a ground."""
    edges = shapely.union_all([ground.boundary, lengthened(line)])
    faces = shapely.polygonize([edges]).geoms
    return [face for face in faces if ground.covers(face.representative_point())]


def _place(reason: str) -> tuple[float, float] | None:
    """Read the place out of GEOS's `Self-intersection[107.3 25.8]`."""
    start, end = reason.find("["), reason.find("]")
    try:
        lon, lat = (float(word) for word in reason[start + 1 : end].split()[:2])
    except ValueError:
        return None
    return lon, lat


def read_stored(texts: Sequence[str]) -> list[Ground]:
    """Turn GeoJSON that was checked when it was stored into polygons, many at once."""
    return list(shapely.from_geojson(list(texts)))


def read_each(stored: Mapping[int, Any]) -> dict[int, Ground]:
    """Turn GeoJSON that was checked when it was stored into polygons, by their keys."""
    return {key: shape(value) for key, value in stored.items()}


def gaps(grounds: Sequence[Ground], outline: Ground, least_share: float = 1e-4) -> list[Ground]:
    """Return the pieces of an outline that no ground covers, the largest first; what a rounding leaves is none."""
    left = outline.difference(shapely.union_all(list(grounds)))
    pieces = [piece for piece in getattr(left, "geoms", [left]) if piece.area > least_share * outline.area]
    return sorted(pieces, key=lambda piece: -piece.area)


def holders(grounds: Sequence[Ground], places: Sequence[tuple[float, float]]) -> list[list[int]]:
    """Return for each place, as longitude and latitude, in which grounds it lies; on a shared edge in both."""
    found: list[list[int]] = [[] for _ in places]
    if not grounds or not places:
        return found
    tree = shapely.STRtree(list(grounds))
    points = shapely.points(np.asarray(places, dtype=float))
    for place, ground in zip(
        *(each.tolist() for each in tree.query(points, predicate="intersects")), strict=True
    ):
        found[place].append(ground)
    return found


def middle(ground: Ground) -> tuple[float, float]:
    """Return a place within a ground, as longitude and latitude."""
    point = ground.representative_point()
    return point.x, point.y


def to_geojson(ground: Ground, digits: int = 6) -> dict[str, Any]:
    """Write a polygon as GeoJSON with coordinates rounded to so many decimals."""
    found: dict[str, Any] = mapping(shapely.transform(ground, lambda points: points.round(digits)))
    return found


def light_geojson(grounds: Sequence[Ground], digits: int, tolerance: float) -> list[dict[str, Any]]:
    """Write neighbours as GeoJSON with fewer vertices; edges they share stay shared."""
    if not grounds:
        return []
    fewer = shapely.coverage_simplify(list(grounds), tolerance) if tolerance > 0 else grounds
    return [
        to_geojson(plain if light.is_empty else light, digits)
        for plain, light in zip(grounds, fewer, strict=True)
    ]


def packed(shape: dict[str, Any], digits: int) -> list[list[list[int]]]:
    """Write each ring of a GeoJSON shape as steps from point to point, in units of its last digit.

    A border is small steps: over the wire they are half of what the places are.
    """
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [[_steps(ring, 10**digits) for ring in polygon] for polygon in polygons]


def _steps(ring: Sequence[Sequence[float]], unit: int) -> list[int]:
    found, last = [], (0, 0)
    for x, y in ring:
        here = round(x * unit), round(y * unit)
        found += [here[0] - last[0], here[1] - last[1]]
        last = here
    return found


@dataclass(frozen=True)
class Overlap:
    """Two grids that claim the same ground: their positions and how much of the smaller is shared."""

    first: int
    second: int
    share: float


def overlaps(grounds: Sequence[Ground], least_share: float = 1e-3) -> list[Overlap]:
    """Return the pairs whose common area is more than a rounding's worth of the smaller one."""
    tree = shapely.STRtree(list(grounds))
    firsts, seconds = tree.query(list(grounds), predicate="intersects")
    found = []
    for first, second in zip(firsts.tolist(), seconds.tolist(), strict=True):
        if first >= second:
            continue
        smaller = min(grounds[first].area, grounds[second].area)
        share = grounds[first].intersection(grounds[second]).area / smaller
        if share > least_share:
            found.append(Overlap(first, second, share))
    return sorted(found, key=lambda pair: (pair.first, pair.second))


def share_outside(ground: Ground, around: Ground) -> float:
    """Return how much of a piece of ground, 0 to 1, lies outside another."""
    return float(ground.difference(around).area / ground.area)


def spread(ground: Ground, count: int, rounds: int = 12) -> list[Point]:
    """Place points evenly in a polygon: a sunflower relaxed by Lloyd's rounds. The same every time."""
    left, low, right, high = ground.bounds
    turn = math.pi * (3.0 - math.sqrt(5.0))
    reach = math.hypot(right - left, high - low) / 2
    centre, total = ground.centroid, count
    points: list[Point] = []
    while len(points) < count:
        total *= 2
        steps = np.arange(total) + 0.5
        radius, angle = reach * np.sqrt(steps / total), steps * turn
        cloud = shapely.points(centre.x + radius * np.cos(angle), centre.y + radius * np.sin(angle))
        points = [point for point in cloud.tolist() if ground.contains(point)]
    step = len(points) / count
    points = [points[int(i * step)] for i in range(count)]
    for _ in range(rounds if count > 1 else 0):
        cells = _voronoi(ground, points)
        points = [
            cell.centroid if ground.contains(cell.centroid) else cell.representative_point() for cell in cells
        ]
    return points if count > 1 else [ground.representative_point()]


def _voronoi(ground: Ground, points: Sequence[Point]) -> list[Ground]:
    cells = shapely.voronoi_polygons(shapely.MultiPoint(list(points)), extend_to=ground)
    tree = shapely.STRtree(list(cells.geoms))
    owners = [int(tree.query(point, predicate="intersects")[0]) for point in points]
    return [cells.geoms[owner].intersection(ground) for owner in owners]


@dataclass
class _Node:
    """A seed, and what divides its cell further."""

    point: Point
    parts: "list[_Node]"


def _grow(ground: Ground, parts: Shape, seeds: Sequence[Point] | None, lines: list[Any]) -> list[_Node]:
    shapes: Sequence[Shape] = [1] * parts if isinstance(parts, int) else parts
    points = list(seeds) if seeds is not None else spread(ground, len(shapes))
    if len(points) != len(shapes):
        raise ValueError("One seed for each part is needed.")
    if len(points) == 1:
        cells = [ground]
    else:
        cells = _voronoi(ground, points)
        edges = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=ground, only_edges=True)
        lines.append(edges.intersection(ground))
    return [
        _Node(point, [] if part == 1 else _grow(cell, part, None, lines))
        for point, cell, part in zip(points, cells, shapes, strict=True)
    ]


def _leaves(nodes: list[_Node]) -> list[_Node]:
    return [leaf for node in nodes for leaf in (_leaves(node.parts) if node.parts else [node])]


def partition(
    outline: Ground, parts: Shape, seeds: Sequence[tuple[float, float]] | None = None
) -> list[Ground]:
    """Cut an outline into nested cells and return the smallest ones, in order.

    `parts` says how: 5 is five cells; [3, [2, 4]] is two pieces, of which the first is cut in three and
    the second in two that are cut in two and four. `seeds` are the middles of the first pieces. Neighbours
    share identical edges, so `merge` of a piece's cells is that piece, without gaps or overlaps.
    Raises ValueError when a cell would vanish. Deterministic.
    """
    outline = shapely.set_precision(outline, GRAIN)
    points = None if seeds is None else [Point(*seed) for seed in seeds]
    lines: list[Any] = [outline.boundary]
    tree = _grow(outline, parts, points, lines)
    faces = shapely.polygonize([shapely.union_all(lines, grid_size=GRAIN)]).geoms
    leaves = _leaves(tree)
    place = {id(leaf): position for position, leaf in enumerate(leaves)}
    owned: list[list[Polygon]] = [[] for _ in leaves]
    for face in faces:
        inside = face.representative_point()
        if not outline.intersects(inside):
            # a hole
            continue
        nodes, node = tree, None
        while nodes:
            node = min(nodes, key=lambda one: one.point.distance(inside))
            nodes = node.parts
        owned[place[id(node)]].append(face)
    if not all(owned):
        raise ValueError("The outline is too small for so many parts.")
    return [merge(cells) for cells in owned]


def merge(grounds: Sequence[Ground]) -> Ground:
    """Join neighbours that share identical edges, exactly."""
    return grounds[0] if len(grounds) == 1 else shapely.coverage_union_all(list(grounds))
