"""China's shifted coordinates back to WGS-84: GCJ-02 as Amap and Tencent have it, BD-09 as Baidu has it. Pure.

The law's formula is not published; this is the one found by fitting that everybody uses (evil transform, `eviltransform`
by googollee, MIT; the Krassovsky 1940 ellipsoid). It only goes one way: the way back is searched for, to a centimetre.
"""

from typing import Any

import numpy as np
import shapely

from ground.enums import Datum
from ground.geometry import Ground

Axis = Any
"""A numpy array of one coordinate; shapely gives both without types."""
# of the Krassovsky ellipsoid of 1940: half its great axis in metres, and the square of its eccentricity
AXIS = 6378245.0
ECCENTRICITY = 0.00669342162296594323
BAIDU = np.pi * 3000.0 / 180.0
ROUNDS = 8


def _shift(lon: Axis, lat: Axis) -> tuple[Axis, Axis]:
    """Return by how many degrees a place of WGS-84 is moved east and north."""
    x, y = lon - 105.0, lat - 35.0
    waves = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    turned = np.radians(lat)
    bent = 1.0 - ECCENTRICITY * np.sin(turned) ** 2
    along = AXIS * (1.0 - ECCENTRICITY) / (bent * np.sqrt(bent))
    return np.degrees(east / (AXIS / np.sqrt(bent) * np.cos(turned))), np.degrees(north / along)


def to_gcj(lon: Axis, lat: Axis) -> tuple[Axis, Axis]:
    """Shift places of WGS-84 as the law wants them on a map."""
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def from_gcj(lon: Axis, lat: Axis) -> tuple[Axis, Axis]:
    """Return the places of WGS-84 that were shifted there: each round comes nearer by about a hundred times."""
    x, y = lon, lat
    for _ in range(ROUNDS):
        east, north = to_gcj(x, y)
        x, y = x + lon - east, y + lat - north
    return x, y


def to_baidu(lon: Axis, lat: Axis) -> tuple[Axis, Axis]:
    """Move places of GCJ-02 once more, as Baidu does."""
    away = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU)
    return away * np.cos(angle) + 0.0065, away * np.sin(angle) + 0.006


def from_baidu(lon: Axis, lat: Axis) -> tuple[Axis, Axis]:
    """Return the places of GCJ-02 that Baidu moved there."""
    x, y = lon, lat
    for _ in range(ROUNDS):
        east, north = to_baidu(x, y)
        x, y = x + lon - east, y + lat - north
    return x, y


def to_wgs84(ground: Ground, datum: str) -> Ground:
    """Move ground to WGS-84; a vertex that two grounds share stays one."""
    if datum == Datum.WGS_84:
        return ground

    def move(points: Any) -> Any:
        lon, lat = points.T
        if datum == Datum.BD_09:
            lon, lat = from_baidu(lon, lat)
        return np.column_stack(from_gcj(lon, lat))

    return shapely.transform(ground, move)
