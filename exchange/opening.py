"""Files that people bring, whatever they are called: what they are is told by their first bytes.

xlsx is read as a stream, csv in the encodings of this country, and xls by calamine; what can't be read safely is
refused with what to do instead.
"""

import csv
import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from django.utils.translation import gettext as _

from exchange.reading import BYTES_AT_MOST, MEGABYTES_AT_MOST, decoded
from exchange.workbooks import COLUMNS_AT_MOST, Cell, Line, Number, Workbook, broken, unfit

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED, MACROS = "EncryptedPackage".encode("utf-16-le"), "_VBA_PROJECT".encode("utf-16-le")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",\t;|"
HEAD = 4096
SHEET = "csv"


class Table(Protocol):
    """A file with one sheet or several."""

    def names(self) -> list[str]:
        """Return the names of the sheets, in order."""

    def lines(self, name: str) -> Iterator[Line]:
        """Read a sheet; rows without anything in them don't come. Raises Refused."""


def table_of(content: bytes) -> Table:
    """Return what a file holds. Raises Refused."""
    if len(content) > BYTES_AT_MOST:
        message = _("The file is larger than %(limit)s MB. Cut it into several files.")
        raise unfit(message % {"limit": MEGABYTES_AT_MOST})
    if not content.strip(b"\0 \r\n\t"):
        raise unfit(_("The file is empty."))
    if content.startswith(ZIP):
        return Workbook(content)
    if content.startswith(OLE):
        return OldWorkbook(content)
    head = content[:HEAD].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<", b"mime-version")):
        raise unfit(
            _("This is a web page that is called a table. Open it in Excel, save it as xlsx and bring that.")
        )
    if head.startswith((b"%pdf", b"{\\rtf")):
        raise unfit(_("This is a document and no table. Bring xlsx, xls or csv."))
    return Text(content)


class OldWorkbook:
    """An xls."""

    def __init__(self, content: bytes) -> None:
        """Open it. Raises Refused."""
        if ENCRYPTED in content:
            raise unfit(_("The workbook is protected by a password. Save it without one and bring that."))
        if MACROS in content:
            raise unfit(_("The workbook holds macros. Save it as xlsx, without them, and bring that."))
        from io import BytesIO  # noqa: PLC0415  only old files need it

        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  the same

        try:
            self._book = CalamineWorkbook.from_filelike(BytesIO(content))
        except (CalamineError, ValueError, OSError) as error:
            raise self._unreadable() from error

    @staticmethod
    def _unreadable() -> Exception:
        return unfit(
            _(
                "The workbook can't be read; it is protected or damaged. Save it in Excel as xlsx and bring that."
            )
        )

    def names(self) -> list[str]:
        """Return the names of the sheets, in order."""
        return list(self._book.sheet_names)

    def lines(self, name: str) -> Iterator[Line]:
        """Read a sheet. Raises Refused."""
        from python_calamine import CalamineError  # noqa: PLC0415  only old files need it

        try:
            sheet = self._book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
        except (CalamineError, ValueError, OSError) as error:
            raise self._unreadable() from error
        for number, row in enumerate(rows, start=1):
            cells = [_as_text(cell) for cell in row[:COLUMNS_AT_MOST]]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield Line(number, cells)


def _as_text(cell: object) -> Cell:
    """Return a cell of an xls as the other kinds of file give it."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return Number(str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell))  # noqa: PLR2004  more digits no number keeps
    if isinstance(cell, int):
        return Number(str(cell))
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


class Text:
    """A csv: commas, tabs or semicolons, in UTF-8, UTF-16, GBK or GB 18030."""

    def __init__(self, content: bytes) -> None:
        """Decode it. Raises Refused."""
        try:
            if content.startswith(UTF_16):
                content = content.decode("utf-16").encode()
            self._text = decoded(content).getvalue()
        except UnicodeDecodeError as error:
            raise unfit(
                _("The file is no text that can be read. Save it as xlsx, or as CSV UTF-8, and bring that.")
            ) from error
        if "\0" in self._text:
            raise unfit(_("There are NUL characters in the file: it is no table. Bring xlsx, xls or csv."))
        lines = list(islice((line for line in self._text.splitlines() if line.strip()), 20))
        self._delimiter = max(
            DELIMITERS,
            key=lambda sign: (
                sum(line.count(sign) > 0 for line in lines) * 1000 + (lines[0].count(sign) if lines else 0)
            ),
        )

    def names(self) -> list[str]:
        """Return the one sheet."""
        return [SHEET]

    def lines(self, name: str) -> Iterator[Line]:
        """Read it; a row is numbered by the line on which it ends. Raises Refused."""
        # universal lines: a file of an old Mac has no \n at all
        rows = csv.reader(self._text.splitlines(keepends=True), delimiter=self._delimiter)
        try:
            for cells in rows:
                if len(cells) > COLUMNS_AT_MOST:
                    raise unfit(_("A row has more than %(most)s columns.") % {"most": COLUMNS_AT_MOST})
                if any(cell and not cell.isspace() for cell in cells):
                    yield Line(rows.line_num, [cell or None for cell in cells])
        except csv.Error as error:
            raise broken() from error
