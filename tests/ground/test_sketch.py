"""Small drawings: one scale for all, north up, shared edges shared."""

import pytest
from shapely.geometry import MultiPolygon, box

from ground import sketch

LEFT, RIGHT = box(107, 25, 107.1, 25.1), box(107.1, 25, 107.2, 25.1)


def test_north_is_up_and_east_is_right():
    scale = sketch.Scale.of([LEFT, RIGHT])
    assert scale.at(107, 25.1) == (0, 0)
    right, low = scale.at(107.2, 25)
    assert right == pytest.approx(scale.width, abs=1)
    assert low == pytest.approx(scale.height, abs=1)
    assert max(right, low) == sketch.WIDTH


def test_neighbours_share_the_places_of_their_edge():
    first, second = sketch.pieces({"a": LEFT, "b": RIGHT}, sketch.Scale.of([LEFT, RIGHT]))
    assert (first.key, second.key) == ("a", "b")
    places = [set(piece.path.strip("MZ").split("L")) for piece in (first, second)]
    assert len(places[0] & places[1]) == 2
    assert first.x < second.x
    assert first.width == pytest.approx(sketch.WIDTH / 2, abs=2)


def test_several_parts_and_holes_are_one_path():
    ring = box(107, 25, 107.3, 25.3).difference(box(107.1, 25.1, 107.2, 25.2))
    whole = MultiPolygon([ring, box(107.4, 25, 107.5, 25.1)])
    (piece,) = sketch.pieces({"a": whole}, sketch.Scale.of([whole]))
    assert piece.path.count("M") == piece.path.count("Z") == 3
    assert sketch.pieces({}, sketch.Scale.of([whole])) == []
