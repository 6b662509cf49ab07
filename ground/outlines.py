"""Files of boundaries: GeoJSON, or a zipped Shapefile. Pure: bytes in, outlines with their names out, nothing unpacked to disk."""

import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import shapefile
from django.utils.translation import gettext as _

from gridbank.errors import Refused
from ground.geometry import MAX_RINGS, MAX_VERTICES, BoundaryError, check_system

MOST_BYTES = 4 * 1024 * 1024
# unpacked, all that is in the archive
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ENTRIES = 60
MOST_OUTLINES = 2_000
# how every .shp begins
MAGIC = 9994
CODES = ("code", "grid_code", "gridcode", "网格编号", "网格代码", "编号", "代码")
NAMES = ("name", "grid_name", "gridname", "grid", "网格名称", "网格", "名称", "村名")
# how a .prj names the one system there is, and China's own, which is the same to a hand's breadth
SYSTEMS = ("WGS_1984", "WGS84", "WGS 84", "CHINA_GEODETIC_COORDINATE_SYSTEM_2000", "CGCS2000", "CHINA_2000")
DAMAGED = (
    zipfile.BadZipFile, zlib.error, shapefile.ShapefileException, struct.error, ValueError, TypeError, KeyError,
    IndexError, AssertionError, AttributeError, EOFError, OSError, LookupError, OverflowError, MemoryError, RuntimeError,
    NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True)
class Outline:
    """One feature of a file: its place in it, what it calls its grid, and its geometry, unchecked yet."""

    number: int
    code: str
    name: str
    geometry: Any

    @property
    def label(self) -> str:
        """Say which it is to who has the file open."""
        return " ".join(word for word in (str(self.number), self.code, self.name) if word)


def unfit(sentence: str) -> Refused:
    """Return the refusal of a file."""
    return Refused(sentence, field="file")


def read_outlines(content: bytes) -> list[Outline]:
    """Return what a file draws. Raises Refused with a sentence for who brought it."""
    if len(content) > MOST_BYTES:
        raise unfit(_("The file is larger than 4 MB. Simplify the boundaries or cut it into several."))
    found = _zipped(content) if content[:2] == b"PK" else _geojson(content)
    if not found:
        raise unfit(_("There is no boundary in the file."))
    return found


def _counted(many: int) -> None:
    if many > MOST_OUTLINES:
        raise unfit(_("The file holds more than %(most)s boundaries.") % {"most": MOST_OUTLINES})


def _word(properties: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    said = {str(key).strip().lower(): value for key, value in properties.items()}
    for key in keys:
        value = said.get(key)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:120]
    return ""


def _geojson(content: bytes) -> list[Outline]:
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise unfit(_("This is neither GeoJSON nor a zipped Shapefile.")) from error
    if not isinstance(value, dict) or value.get("type") not in ("FeatureCollection", "Feature"):
        raise unfit(
            _("The GeoJSON must be a FeatureCollection whose features carry the grid's code or name.")
        )
    try:
        check_system(value)
    except BoundaryError as error:
        raise unfit(
            _("The file names another coordinate system. Save it in WGS-84, GCJ-02 or BD-09 degrees.")
        ) from error
    features = [value] if value["type"] == "Feature" else value.get("features")
    if not isinstance(features, list):
        raise unfit(
            _("The GeoJSON must be a FeatureCollection whose features carry the grid's code or name.")
        )
    _counted(len(features))
    found = []
    for number, one in enumerate(features, 1):
        feature = one if isinstance(one, dict) else {}
        told = feature.get("properties")
        said = told if isinstance(told, dict) else {}
        found.append(Outline(number, _word(said, CODES), _word(said, NAMES), feature.get("geometry")))
    return found


def _zipped(content: bytes) -> list[Outline]:
    try:
        parts = _unpacked(content)
        return _shapes(parts)
    except Refused:
        raise
    except DAMAGED as error:
        raise unfit(
            _("The Shapefile is damaged. Export it again and zip .shp, .shx, .dbf and .prj.")
        ) from error


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Return the parts by their endings, and never more than was said: a directory may lie about sizes."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = [one for one in archive.infolist() if not one.is_dir()]
        if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
            raise unfit(_("The archive unpacks to more than any map of a bank holds."))
        wanted = [one for one in entries if not one.filename.startswith("__MACOSX/")]
        if any(one.flag_bits & 1 for one in wanted):
            raise unfit(_("The archive has a password. Zip it without one."))
        if sum(one.filename.lower().endswith(".shp") for one in wanted) != 1:
            raise unfit(_("The archive must hold exactly one Shapefile: .shp, .shx, .dbf and .prj."))
        parts, left = {}, MOST_UNPACKED
        for one in wanted:
            ending = one.filename.lower().rpartition(".")[2]
            if ending not in {"shp", "shx", "dbf", "prj", "cpg"}:
                continue
            with archive.open(one) as file:
                parts[ending] = file.read(left + 1)
            left -= len(parts[ending])
            if left < 0:
                raise unfit(_("The archive unpacks to more than any map of a bank holds."))
    if "dbf" not in parts:
        raise unfit(_("The .dbf is missing: it names the grids. Zip it with the .shp."))
    return parts


def _shapes(parts: Mapping[str, bytes]) -> list[Outline]:
    _flat_degrees(parts.get("prj", b""))
    _whole(parts["shp"])
    encoding = _encoding(parts)
    with shapefile.Reader(shp=BytesIO(parts["shp"]), dbf=BytesIO(parts["dbf"]), encoding=encoding) as reader:
        if reader.shapeType in {shapefile.POLYGONZ, shapefile.POLYGONM}:
            raise unfit(_("The boundaries have heights or measures. Export them flat (Polygon)."))
        if reader.shapeType != shapefile.POLYGON:
            raise unfit(_("The Shapefile holds no polygons."))
        _counted(len(reader))
        found = []
        for number, one in enumerate(reader.iterShapeRecords(), 1):
            said = one.record.as_dict()
            outline = Outline(number, _word(said, CODES), _word(said, NAMES), None)
            found.append(Outline(number, outline.code, outline.name, _geometry(one.shape, outline)))
    return found


def _whole(content: bytes) -> None:
    """Refuse what is cut off: pyshp only warns of it. The length stands in the head, in words of two bytes."""
    magic, length = struct.unpack_from(">i20xi", content)
    if magic != MAGIC or 2 * length != len(content):
        raise ValueError("The file is not as long as it says.")


def _geometry(shape: Any, outline: Outline) -> Any:
    """Return what is drawn as GeoJSON; rings are put together only once they are few enough."""
    if shape.shapeType == shapefile.NULL:
        return None
    if len(shape.points) > MAX_VERTICES or len(shape.parts) > MAX_RINGS:
        values = {"outline": outline.label}
        raise unfit(_("Boundary %(outline)s has too many vertices or rings. Simplify it first.") % values)
    ends = [*shape.parts[1:], len(shape.points)]
    for start, end in zip(shape.parts, ends, strict=True):
        # pyshp leaves out holes that are open
        first, last = shape.points[start], shape.points[end - 1]
        if first != last:
            return {"type": "Polygon", "coordinates": [list(shape.points[start:end])]}
    return shape.__geo_interface__


def _flat_degrees(said: bytes) -> None:
    text = said.decode("utf-8", "replace").upper().strip()
    if not text:
        return
    if not text.startswith(("GEOGCS", "GEOGCRS")) or not any(name in text for name in SYSTEMS):
        raise unfit(_("The .prj names another coordinate system. Export it in WGS-84 or CGCS2000 degrees."))


def _encoding(parts: Mapping[str, bytes]) -> str:
    """Return how the names are written: as the .cpg says, else as they can be read."""
    said = parts.get("cpg", b"").decode("ascii", "ignore").strip().lower()
    if said:
        return {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "65001": "utf-8"}.get(said, said)
    try:
        parts["dbf"][32:].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
