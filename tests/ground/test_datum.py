"""Shifted coordinates come back to where they were measured."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ground.datum import to_baidu, to_gcj, to_wgs84
from ground.enums import Datum

METRE = 1e-5


def test_the_published_example_is_shifted_as_elsewhere():
    # Beijing; the pair that eviltransform's and coordtransform's tests use
    lon, lat = to_gcj(np.array([116.404]), np.array([39.915]))
    assert (lon[0], lat[0]) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)
    lon, lat = to_baidu(np.array([116.404]), np.array([39.915]))
    assert (lon[0], lat[0]) == pytest.approx((116.41036949371029, 39.92133699351022), abs=1e-9)


@given(st.floats(75, 134), st.floats(18, 53))
def test_what_was_shifted_comes_back_to_the_centimetre(lon, lat):
    square = shapely.box(lon, lat, lon + 0.01, lat + 0.01)
    gcj = shapely.transform(square, lambda points: np.column_stack(to_gcj(*points.T)))
    baidu = shapely.transform(gcj, lambda points: np.column_stack(to_baidu(*points.T)))
    assert not square.equals_exact(gcj, 10 * METRE)
    for shifted, datum in ((square, Datum.WGS_84), (gcj, Datum.GCJ_02), (baidu, Datum.BD_09)):
        assert to_wgs84(shifted, datum).equals_exact(square, METRE / 100), datum
