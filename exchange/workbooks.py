"""Reading xlsx as a stream: row after row, in memory that doesn't grow with the file.

A sheet is parsed as it is unpacked, so nothing that it claims of its size is believed and nothing is allocated for it;
a declaration of entities ends the reading at once. Numbers keep the digits that stand in the file.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _

from gridbank.errors import Refused

PIECE = 256 * 1024
# What a spreadsheet keeps in one cell.
SIGNS_AT_MOST = 32_767
COLUMNS_AT_MOST = 512
ENTRIES_AT_MOST = 2_000
# A sheet of a million rows is some 600 MB; what unpacks to more, or to hundreds of times its size, is no workbook.
UNPACKED_AT_MOST = 1024 * 1024 * 1024
TIMES_AT_MOST, SMALL = 150, 4 * 1024 * 1024
STRINGS_AT_MOST = 4_000_000
_LAST = True
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LETTERS = re.compile(r"[A-Z]{1,3}")


class Number(str):
    """A cell that the file holds as a number: its digits as they stand there."""

    __slots__ = ()


Cell = str | None


class Line(NamedTuple):
    """A row of a sheet: its number as the spreadsheet shows it, and its cells from column A on."""

    number: int
    cells: list[Cell]


def unfit(sentence: str) -> Refused:
    """Return the refusal of a file."""
    return Refused(sentence, field="file")


def broken() -> Refused:
    """Return the refusal of a file that doesn't hold together."""
    return unfit(_("The workbook is damaged. Open it in Excel, save it again as xlsx and bring that."))


def checked(content: bytes) -> zipfile.ZipFile:
    """Open the archive, and refuse from its directory what no workbook has. Raises Refused."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise broken() from error
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRIES_AT_MOST or unpacked > UNPACKED_AT_MOST:
        raise unfit(_("The workbook unpacks to more than any list holds. Cut it into several files."))
    if unpacked > SMALL and unpacked > TIMES_AT_MOST * len(content):
        raise unfit(
            _("The workbook unpacks to hundreds of times its size: it wasn't saved by a spreadsheet.")
        )
    names = {entry.filename for entry in entries}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise unfit(_("The workbook holds macros. Save it as xlsx, without them, and bring that."))
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise unfit(
            _(
                "The workbook refers to other files. Copy its cells, paste them as values into a new one, bring that."
            )
        )
    if "xl/workbook.xml" not in names:
        raise unfit(_("This is an archive, but no workbook. Bring xlsx, xls or csv."))
    return archive


def _piecewise(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with archive.open(name) as file:
            yield from iter(lambda: file.read(PIECE), b"")
    except (zipfile.BadZipFile, KeyError, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise broken() from error
    except Exception as error:
        # zlib has an exception of its own
        if type(error).__module__ != "zlib":
            raise
        raise broken() from error


def _no_entities(*_declared: Any) -> None:
    raise unfit(_("The workbook declares XML entities: it wasn't saved by a spreadsheet."))


class _Xml:
    """A parser that calls `start` and `end` with names without their prefixes."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _no_entities
        self.parser.EntityDeclHandler = _no_entities
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.text
        self._names: dict[str, str] = {}
        self.signs = 0
        self.words: list[str] = []
        self.listening = False

    def parse(self, archive: zipfile.ZipFile, name: str) -> Iterator[None]:
        """Parse an entry, giving way after each piece. Raises Refused."""
        try:
            for piece in _piecewise(archive, name):
                self.parser.Parse(piece)
                yield
            self.parser.Parse(b"", _LAST)
        except expat.ExpatError as error:
            raise broken() from error
        yield

    def text(self, words: str) -> None:
        if self.listening:
            self.signs += len(words)
            if self.signs > SIGNS_AT_MOST:
                raise unfit(_("A cell holds more than %(most)s characters.") % {"most": SIGNS_AT_MOST})
            self.words.append(words)

    def listen(self) -> None:
        self.listening = True

    def heard(self) -> str:
        """Return what was said since the last time."""
        found = "".join(self.words)
        self.words, self.listening, self.signs = [], False, 0
        return _ESCAPED.sub(lambda one: chr(int(one[1], 16)), found) if "_x" in found else found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin with the first element: where that has no prefix, those that count have none, and need no look."""
        if not self._names and ":" not in name:
            self.parser.StartElementHandler = self.start
            self.parser.EndElementHandler = self.end
            self.start(name, attributes)
            return
        self.start(self._names.get(name) or self._plain(name), attributes)

    def _end(self, name: str) -> None:
        self.end(self._names.get(name) or self._plain(name))

    def _plain(self, name: str) -> str:
        plain = name.rpartition(":")[2]
        if len(self._names) < SIGNS_AT_MOST:
            self._names[name] = plain
        return plain

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        raise NotImplementedError


class _Strings(_Xml):
    """The texts that cells refer to by number; how a word is read aloud (rPh) is none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.parts: list[str] = []
        self.aside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.parts = []
        elif name == "rPh":
            self.aside = True
        elif name == "t" and not self.aside:
            self.listen()

    def end(self, name: str) -> None:
        if name == "t" and not self.aside:
            self.parts.append(self.heard())
        elif name == "rPh":
            self.aside = False
        elif name == "si":
            if len(self.found) >= STRINGS_AT_MOST:
                raise unfit(_("The workbook holds too many texts. Cut it into several files."))
            self.found.append("".join(self.parts))


class _Styles(_Xml):
    """Which styles show a number as a day."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[int, bool] = {}
        self.days: list[bool] = []
        self.inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            code = _QUOTED.sub("", attributes.get("formatCode", "")).lower()
            self.formats[_int(attributes.get("numFmtId"))] = "y" in code or "d" in code or "m" in code
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            number = _int(attributes.get("numFmtId"))
            self.days.append(self.formats.get(number, number in _DATES))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.inside = False


class _Sheets(_Xml):
    """The sheets of a workbook, in order: name and relation; and from when it counts days."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.targets: dict[str, str] = {}
        self.since_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.found.append((attributes.get("name", ""), relation))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def end(self, name: str) -> None:
        return


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0  # noqa: PLR2004  no number there is longer


def column_at(letters: str) -> int:
    """Return the place of a column: A is 0, Z 25, AA 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


class _Cells(_Xml):
    """The rows of a sheet as they come."""

    def __init__(self, book: "Workbook") -> None:
        super().__init__()
        self.book = book
        self.lines: list[Line] = []
        self.number = 0
        self.cells: list[Cell] = []
        self.at = -1
        self.kind = self.style = ""
        self.value: Cell = None
        self.aside = False
        self._places: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            reference = attributes.get("r")
            self.at = self._place(reference) if reference else self.at + 1
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.value = None
        elif name == "v" or (name == "t" and not self.aside):
            self.listening = True
        elif name == "row":
            self.number = _int(attributes.get("r")) or self.number + 1
            self.cells, self.at = [], -1
        elif name == "rPh":
            self.aside = True

    def end(self, name: str) -> None:
        if name == "v":
            self.value = self.heard()
        elif name == "c":
            if self.value:
                self._put()
        elif name == "t":
            if not self.aside:
                self.value = (self.value or "") + self.heard()
        elif name == "row":
            if self.cells:
                self.lines.append(Line(self.number, self.cells))
        elif name == "rPh":
            self.aside = False

    def _place(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            if not _LETTERS.fullmatch(letters):
                raise broken()
            place = self._places[letters] = column_at(letters)
        return place

    def _put(self) -> None:
        """Keep a cell that holds something, at its place."""
        at, cells, value = self.at, self.cells, self.value or ""
        if at >= COLUMNS_AT_MOST:
            raise unfit(_("A row has more than %(most)s columns.") % {"most": COLUMNS_AT_MOST})
        kind = self.kind
        if kind == "s":
            value = self.book.text(value)
        elif kind == "n":
            value = self.book.number(value, self.style)
        elif kind == "d":
            value = value.partition("T")[0]
        if at == len(cells):
            cells.append(value)
        elif at > len(cells):
            cells.extend([None] * (at - len(cells)))
            cells.append(value)
        else:
            cells[at] = value


class Workbook:
    """An xlsx, its sheets to be read one after the other."""

    def __init__(self, content: bytes) -> None:
        """Read what stands around the sheets. Raises Refused."""
        self._archive = checked(content)
        names = set(self._archive.namelist())
        book = self._whole(_Sheets(), "xl/workbook.xml")
        relations = (
            self._whole(_Sheets(), "xl/_rels/workbook.xml.rels")
            if "xl/_rels/workbook.xml.rels" in names
            else book
        )
        self._since = (
            datetime(1904, 1, 1, tzinfo=UTC) if book.since_1904 else datetime(1899, 12, 30, tzinfo=UTC)
        )
        self._days = self._whole(_Styles(), "xl/styles.xml").days if "xl/styles.xml" in names else []
        self._strings: list[str] | None = None
        self._entries = {}
        for name, relation in book.found:
            target = relations.targets.get(relation, "")
            entry = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if entry in names:
                self._entries[name] = entry

    def names(self) -> list[str]:
        """Return the names of the sheets, in order."""
        return list(self._entries)

    def lines(self, name: str) -> Iterator[Line]:
        """Read a sheet; rows without anything in them don't come. Raises Refused."""
        if self._strings is None:
            shared = "xl/sharedStrings.xml"
            has = shared in self._archive.namelist()
            self._strings = self._whole(_Strings(), shared).found if has else []
        parser = _Cells(self)
        for _piece in parser.parse(self._archive, self._entries[name]):
            lines, parser.lines = parser.lines, []
            yield from lines

    def text(self, number: str) -> str:
        """Return a text by its number. Raises Refused."""
        try:
            return (self._strings or [])[int(number)]
        except (ValueError, IndexError) as error:
            raise broken() from error

    def number(self, digits: str, style: str) -> str:
        """Return a number as its digits, or as the day that it is shown as."""
        if style and self._days and (place := _int(style)) < len(self._days) and self._days[place]:
            try:
                day = self._since + timedelta(days=float(digits))
            except (ValueError, OverflowError):
                return Number(digits)
            return day.date().isoformat()
        return Number(digits)

    def _whole(self, parser: Any, name: str) -> Any:
        for _piece in parser.parse(self._archive, name):
            pass
        return parser
