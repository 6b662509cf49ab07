"""The made-up ground: it covers what it cuts, once."""

import random

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import geography
from ground.geometry import overlaps, read_boundary


def test_the_county_has_its_real_area_and_holds_its_towns():
    shape = geography.county(random.Random("7:ground"))
    assert shape.is_valid
    assert geography.square_km(shape) == pytest.approx(2_800, rel=0.001)
    assert all(shape.contains(shapely.Point(place)) for place in geography.TOWN_CENTRES.values())


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(1, 16))
def test_pieces_cover_the_whole_and_overlap_nowhere(number, count):
    rng = random.Random(number)
    whole = geography.county(rng)
    seeds = geography.spread_out(rng, whole, count, geography.TOWN_CENTRES["522727001"], count // 4)
    pieces = geography.partition(rng, whole, seeds)
    assert len(pieces) == count
    assert all(piece.is_valid and piece.geom_type == "Polygon" for piece in pieces)
    assert sum(piece.area for piece in pieces) == pytest.approx(whole.area, rel=1e-9)
    assert shapely.union_all(pieces).area == pytest.approx(whole.area, rel=1e-9)
    assert all(piece.covers(shapely.Point(seed)) for piece, seed in zip(pieces, seeds, strict=True))


def test_a_branchs_small_grids_and_its_neighbours_overlap_nowhere_as_they_are_stored():
    rng = random.Random(7)
    whole = geography.county(rng)
    seeds = geography.spread_out(rng, whole, 12, (107.3, 25.83), 0)
    pieces = []
    for ground, seed in zip(geography.partition(rng, whole, seeds), seeds, strict=True):
        pieces += geography.partition(rng, ground, geography.spread_out(rng, ground, 20, seed, 0))
    assert len(pieces) == 240
    stored = [read_boundary(geography.geojson(piece, geography.CENTIMETRE)) for piece in pieces]
    # a hundredth of what is refused: a province's grids are a hundredth of these
    assert overlaps(stored, 1e-5) == []
    metres = [read_boundary(geography.geojson(piece)) for piece in pieces]
    assert overlaps(metres, 1e-5) != []
