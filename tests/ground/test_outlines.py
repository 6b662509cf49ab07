"""Files of boundaries are read whole or refused in a sentence; nothing hostile is unpacked."""

import io
import json
import zipfile

import pytest
import shapefile
from django.utils import translation

from gridbank.errors import Refused
from ground import outlines
from ground.outlines import read_outlines
from tests.ground.squares import square


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


WGS = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]]]'
UTM = 'PROJCS["WGS_1984_UTM_Zone_48N",GEOGCS["GCS_WGS_1984"]]'


def collection(*features, **more):
    made = [
        {"type": "Feature", "properties": properties, "geometry": geometry}
        for properties, geometry in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": made, **more}).encode()


def shapes(rings, *, prj=WGS, kind=shapefile.POLYGON, encoding="utf-8", names=("甲村",), leave=()):
    files = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**files, shapeType=kind, encoding=encoding) as writer:
        writer.field("NAME", "C", 40)
        writer.field("CODE", "C", 20)
        for name, ring in zip(names, rings, strict=True):
            (writer.polyz if kind == shapefile.POLYGONZ else writer.poly)([ring])
            writer.record(name, "G1")
    parts = {ending: file.getvalue() for ending, file in files.items()} | {"prj": prj.encode()}
    return zipped({f"grids.{ending}": data for ending, data in parts.items() if ending not in leave})


def zipped(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


RING = [[107.0, 25.0], [107.0, 25.1], [107.1, 25.1], [107.1, 25.0], [107.0, 25.0]]


def test_geojson_says_code_and_name_in_the_words_of_whoever_made_it():
    found = read_outlines(
        collection(
            ({"Name": " 甲村 ", "网格编号": 12}, square(107)), (None, square(107.1)), ({"name": None}, None)
        )
    )
    assert [(one.number, one.code, one.name) for one in found] == [
        (1, "12", "甲村"),
        (2, "", ""),
        (3, "", ""),
    ]
    assert found[0].geometry == square(107)
    assert found[0].label == "1 12 甲村"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_zipped_shapefile_is_read_whichever_way_its_names_are_written(encoding):
    (one,) = read_outlines(shapes([RING], encoding=encoding))
    assert (one.code, one.name, one.geometry["type"]) == ("G1", "甲村", "Polygon")
    assert len(one.geometry["coordinates"][0]) == 5


def lying():
    """A bomb: the directory says one byte, and a hundred megabytes follow."""
    made = zipped({"a.shp": b"\0" * 100_000_000, "a.dbf": b"x"})
    return made.replace((100_000_000).to_bytes(4, "little"), (1).to_bytes(4, "little"))


FAULTS = {
    "nothing": (b"", "neither GeoJSON"),
    "text": (b"hello", "neither GeoJSON"),
    "deep": (b"[" * 200_000, "neither GeoJSON"),
    "bare": (json.dumps(square(107)).encode(), "FeatureCollection"),
    "no list": (b'{"type": "FeatureCollection", "features": 1}', "FeatureCollection"),
    "none": (collection(), "no boundary"),
    "system": (collection(crs={"properties": {"name": "EPSG:3857"}}), "another coordinate system"),
    "cut": (shapes([RING])[:-30], "damaged"),
    "projected": (shapes([RING], prj=UTM), "another coordinate system"),
    "heights": (
        shapes([[[*point, 9] for point in RING]], kind=shapefile.POLYGONZ),
        "heights",
    ),
    "no names": (shapes([RING], leave={"dbf"}), "dbf is missing"),
    "no shapes": (zipped({"a.txt": b"x"}), "exactly one Shapefile"),
    "two": (zipped({"a.shp": b"", "b.shp": b""}), "exactly one Shapefile"),
    "rubbish": (zipped({"a.shp": b"x" * 300, "a.dbf": b"y" * 300}), "damaged"),
    "bomb": (zipped({"a.shp": b"\0" * 100_000_000, "a.dbf": b""}), "unpacks to more"),
    "many entries": (zipped({f"{number}": b"" for number in range(99)}), "unpacks to more"),
    "large": (b" " * (outlines.MOST_BYTES + 1), "larger than 4 MB"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_map_is_refused_in_a_sentence(fault):
    content, said = FAULTS[fault]
    with pytest.raises(Refused, match=said) as refused:
        read_outlines(content)
    assert refused.value.field == "file"


def test_a_directory_that_lies_about_a_size_unpacks_no_more_than_it_said():
    with pytest.raises(Refused, match=r"damaged|unpacks to more"):
        read_outlines(lying())


def test_too_many_boundaries_are_refused(monkeypatch):
    monkeypatch.setattr(outlines, "MOST_OUTLINES", 1)
    for content in (
        collection(({}, None), ({}, None)),
        shapes([RING, RING], names=("甲", "乙")),
    ):
        with pytest.raises(Refused, match="more than 1 boundaries"):
            read_outlines(content)


def test_an_open_ring_of_a_shapefile_stays_open_so_that_its_place_is_said():
    (one,) = read_outlines(shapes([RING]))
    opened = outlines.Outline(1, "", "甲", None)
    shape = type("Shape", (), {"shapeType": shapefile.POLYGON, "points": RING[:-1], "parts": [0]})()
    assert outlines._geometry(shape, opened)["coordinates"][0] != one.geometry["coordinates"][0]
    shape.points = [RING[0]] * 10_001
    with pytest.raises(Refused, match="too many vertices"):
        outlines._geometry(shape, opened)
