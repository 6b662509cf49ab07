"""The made-up ground: it covers what it cuts, once."""

import random

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import geography


def test_the_county_has_its_real_area_and_holds_its_towns():
    shape = geography.county(random.Random("7:ground"))
    assert shape.is_valid
    assert geography.square_km(shape) == pytest.approx(2_800, rel=0.001)
    assert all(shape.contains(shapely.Point(place)) for place in geography.TOWN_CENTRES.values())


@settings(max_examples=15, deadline=None)
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
