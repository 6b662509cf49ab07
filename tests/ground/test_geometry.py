"""The ground as numbers."""

import json
import math
import time
from itertools import accumulate

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box, mapping

from ground.geometry import (
    EARTH_KM,
    BoundaryError,
    cut_along,
    kilometres,
    light_geojson,
    merge,
    overlaps,
    packed,
    partition,
    read_boundary,
    share_outside,
    to_geojson,
)

SQUARE = [[107.0, 25.5], [107.5, 25.5], [107.5, 26.0], [107.0, 26.0], [107.0, 25.5]]
coordinate = st.tuples(st.floats(106.5, 107.5), st.floats(25.5, 26.2))
outlines = (
    st.lists(coordinate, min_size=5, max_size=12)
    .map(lambda points: shapely.MultiPoint(points).convex_hull)
    .filter(lambda hull: hull.geom_type == "Polygon" and hull.minimum_clearance > 0.05)
)
shapes = st.recursive(st.integers(1, 5), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=8)


def leaves(parts):
    return parts if isinstance(parts, int) else sum(map(leaves, parts))


@settings(max_examples=40)
@given(outlines, shapes)
def test_a_partition_has_no_overlap_no_gap_and_nests(outline, parts):
    cells = partition(outline, parts)
    assert len(cells) == leaves(parts)
    # shared edges are identical: no sliver, no overlap
    assert shapely.coverage_is_valid(cells)
    assert shapely.union_all(cells).symmetric_difference(outline).area < 1e-5
    if isinstance(parts, int):
        return
    pieces, start = [], 0
    for part in parts:
        pieces.append(merge(cells[start : start + leaves(part)]))
        start += leaves(part)
    assert shapely.coverage_is_valid(pieces)
    assert math.isclose(sum(p.area for p in pieces), sum(c.area for c in cells), rel_tol=1e-12)
    assert not overlaps(pieces, 0)


def test_a_partition_is_the_same_every_time_and_follows_its_seeds():
    seeds = [(107.1, 25.6), (107.4, 25.9), (107.1, 25.9)]
    cells = [partition(Polygon(SQUARE), [2, 3, 1], seeds) for _ in range(2)]
    assert cells[0] == cells[1]
    pieces = [merge(cells[0][:2]), merge(cells[0][2:5]), cells[0][5]]
    assert all(piece.contains(Point(seed)) for piece, seed in zip(pieces, seeds, strict=True))


def test_a_partition_goes_round_holes_and_refuses_the_impossible():
    holed = Polygon(SQUARE, [[[107.2, 25.7], [107.3, 25.7], [107.3, 25.8], [107.2, 25.8], [107.2, 25.7]]])
    assert math.isclose(sum(cell.area for cell in partition(holed, 9)), holed.area, rel_tol=1e-5)
    with pytest.raises(ValueError, match="seed"):
        partition(holed, 3, [(107.1, 25.6)])


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


BAD = {
    "not_a_polygon": [{"type": "Point", "coordinates": [107, 25]}, None, [], "x", {"type": "Feature"}],
    "malformed": [
        polygon([[107, 25], [107.1, 25], [107, 25]]),
        polygon([["107", 25]] * 4),
        polygon([[math.nan, 25]] * 4),
        polygon([[True, 25]] * 4),
        polygon([[107]] * 4),
        {"type": "Polygon", "coordinates": 7},
        {"type": "Polygon"},
    ],
    "off_the_globe": [polygon([[25.5, 107.0]] * 4)],
    "outside_extent": [polygon([[0.0, 0.0]] * 4), polygon([[170, 10], [-170, 10], [-170, 20], [170, 10]])],
    "open_ring": [polygon([*SQUARE[:-1], [107.01, 25.5]])],
    "empty": [polygon(), polygon([[107, 25]] * 4), {"type": "MultiPolygon", "coordinates": []}],
    "with_heights": [polygon([[*place, 900.0] for place in SQUARE])],
    "another_system": [
        {**polygon(SQUARE), "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}},
        {
            "type": "Feature",
            "geometry": polygon(SQUARE),
            "crs": {"type": "name", "properties": {"name": "EPSG:4528"}},
        },
        {**polygon(SQUARE), "crs": "EPSG:4326"},
    ],
    "self_crossing": [polygon([[107, 25], [108, 26], [108, 25], [107, 26], [107, 25]])],
    "too_many_vertices": [
        polygon([[107 + i * 1e-6, 25] for i in range(10_001)]),
        polygon([[107, 25]] * 500_000),
    ],
    "too_many_rings": [
        polygon(
            SQUARE,
            *[[[107 + d, 25], [108, 25], [108, 26], [107 + d, 25]] for d in [i * 1e-5 for i in range(1_000)]],
        ),
        {"type": "MultiPolygon", "coordinates": [[SQUARE]] * 1_000},
    ],
}


@pytest.mark.parametrize(("reason", "value"), [(r, v) for r, values in BAD.items() for v in values])
def test_a_bad_boundary_is_refused_with_its_reason(reason, value):
    """E1, E3, E4: and quickly."""
    started = time.process_time()
    with pytest.raises(BoundaryError) as refusal:
        read_boundary(value)
    assert refusal.value.reason == reason
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4490"])
def test_a_system_that_is_the_same_to_a_hands_breadth_is_read(name):
    named = {"type": "name", "properties": {"name": name}}
    assert read_boundary({**polygon(SQUARE), "crs": named}).equals(read_boundary(polygon(SQUARE)))


def test_a_crossing_is_told_with_its_place():
    with pytest.raises(BoundaryError) as refusal:
        read_boundary(BAD["self_crossing"][0])
    assert refusal.value.where == (107.5, 25.5)


def test_a_good_boundary_survives_the_way_there_and_back():
    ground = read_boundary({"type": "Feature", "geometry": polygon(SQUARE)})
    assert read_boundary(json.loads(json.dumps(to_geojson(ground)))).equals(ground)


@settings(max_examples=20)
@given(outlines, st.integers(3, 15))
def test_lighter_neighbours_still_share_their_edges(outline, count):
    cells = [cell.segmentize(0.01) for cell in partition(outline, count)]
    assume(shapely.coverage_is_valid(cells))
    light = [shapely.geometry.shape(one) for one in light_geojson(cells, 5, 0.001)]
    assert sum(map(shapely.get_num_coordinates, light)) < sum(map(shapely.get_num_coordinates, cells))
    # rounding moves a vertex for both of its owners
    assert not overlaps(light, 1e-2)
    assert shapely.union_all(light).area == pytest.approx(outline.area, rel=0.05)


def test_overlaps_and_overhangs_are_measured():
    one, two, three = box(107, 25, 108, 26), box(107.5, 25, 108.5, 26), box(108, 26, 109, 27)
    assert [(o.first, o.second, round(o.share, 3)) for o in overlaps([one, two, three])] == [(0, 1, 0.5)]
    assert share_outside(two, one) == pytest.approx(0.5)
    assert mapping(merge([box(0, 0, 1, 1), box(1, 0, 2, 1)]))["type"] == "Polygon"


def test_a_way_is_as_long_as_the_great_circle_and_to_the_nearest():
    # a quarter of the meridian; and a degree of longitude at the equator
    (quarter,) = kilometres([(0.0, 0.0)], [(90.0, 0.0)])
    assert quarter == pytest.approx(EARTH_KM * math.pi / 2)
    assert kilometres([(0.0, 1.0), (0.0, 9.0)], [(0.0, 0.0), (0.0, 10.0)]) == pytest.approx(
        [111.195, 111.195], abs=0.01
    )
    assert kilometres([(0.0, 0.0)], []) == kilometres([], [(0.0, 0.0)]) == []


def test_a_line_that_ends_on_the_edge_cuts_as_well():
    ground = shapely.box(107, 25, 107.1, 25.1)
    parts = cut_along(ground, shapely.LineString([(107, 25.06), (107.05, 25.06), (107.1, 25.06)]))
    assert sorted(round(part.area, 6) for part in parts) == [0.004, 0.006]
    # twice the same place has no direction to go on in
    assert len(cut_along(ground, shapely.LineString([(107.05, 25.05), (107.05, 25.05)]))) == 1


def test_a_number_longer_than_any_float_is_no_place():
    ring = [[10**400, 25], [107, 25], [107, 26], [10**400, 25]]
    with pytest.raises(BoundaryError, match="malformed"):
        read_boundary({"type": "Polygon", "coordinates": [ring]})


def test_a_packed_shape_is_steps_that_lead_along_the_same_places():
    hole = [[107.1, 25.6], [107.2, 25.6], [107.2, 25.7], [107.1, 25.6]]
    for shape, polygons in (
        ({"type": "Polygon", "coordinates": [SQUARE, hole]}, [[SQUARE, hole]]),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [hole]]}, [[SQUARE], [hole]]),
    ):
        found = packed(shape, 4)
        assert found[0][0][:4] == [1_070_000, 255_000, 5_000, 0]
        walked = [
            [list(zip(accumulate(ring[::2]), accumulate(ring[1::2]), strict=True)) for ring in polygon]
            for polygon in found
        ]
        assert [[[[x / 1e4, y / 1e4] for x, y in ring] for ring in polygon] for polygon in walked] == polygons
