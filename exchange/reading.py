"""Tables that come in as files: one way to decode, measure and cut them; every fault names its line and its remedy."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from gridbank.errors import Refused
from gridbank.visible import without_invisible

# The divisions of the whole country, the largest list that any bank has, are 40 MB.
MEGABYTES_AT_MOST = 64
BYTES_AT_MOST = MEGABYTES_AT_MOST * 1024 * 1024
# What a spreadsheet can show in one sheet.
ROWS_AT_MOST = 1_048_576
UTF_8_MARK = b"\xef\xbb\xbf"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NOWHERE_DEFINED = re.compile(r"[\ue000-\uf8ff\ufffd]")

Row = TypeVar("Row")


def decoded(content: bytes) -> StringIO:
    """Return the lines of a file in UTF-8, or in the GBK that a Chinese spreadsheet saves as CSV.

    Raises UnicodeDecodeError, and Refused when it is too large.
    """
    if len(content) > BYTES_AT_MOST:
        message = _("The file is larger than %(limit)s MB. Cut it into several files.")
        raise Refused(message % {"limit": MEGABYTES_AT_MOST})
    try:
        return StringIO(without_invisible(content.decode("utf-8-sig")), newline="")
    except UnicodeDecodeError:
        if _is_broken_utf_8(content):
            raise
    text = content.decode("gb18030")
    # GB 18030 gives a meaning to almost any bytes: characters that nobody writes tell that it was something else.
    strange = _NOWHERE_DEFINED.search(text)
    if strange:
        raise UnicodeDecodeError("gb18030", content, 0, 1, f"U+{ord(strange.group()):04X} stands in it")
    return StringIO(without_invisible(text), newline="")


def _is_broken_utf_8(content: bytes) -> bool:
    """Tell a UTF-8 file with a few bad bytes from a GBK file: read as UTF-8, GBK makes next to no Chinese."""
    if content.startswith(UTF_8_MARK):
        return True
    text = content.decode("utf-8", errors="replace")
    return len(_CHINESE.findall(text)) >= text.count("\ufffd")


def refuse_line(line: int, sentence: str, *, field: str | None = None) -> Refused:
    """Return the refusal of a file for one of its lines."""
    return Refused(_("Line %(line)s: %(sentence)s") % {"line": line, "sentence": sentence}, field=field)


@contextmanager
def on_line(line: int) -> Iterator[None]:
    """Name the line in whatever is refused inside: the rules of a row know nothing of files."""
    try:
        yield
    except Refused as refused:
        raise refuse_line(line, str(refused), field=refused.field) from refused


def cells_of(lines: Iterable[str], columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Read rows with exactly these columns, each with the number of its line; empty rows are passed over.

    Raises Refused.
    """
    reader = csv.reader(lines)
    try:
        header = next(reader, [])
        if [name.lstrip("\ufeff").strip() for name in header] != list(columns):
            raise refuse_line(1, _("the columns must be %(columns)s.") % {"columns": ",".join(columns)})
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _check_shape(reader.line_num, cells, len(columns))
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise refuse_line(reader.line_num, str(error)) from error


def _check_shape(line: int, cells: list[str], wanted: int) -> None:
    if line > ROWS_AT_MOST:
        message = _("a file holds at most %(rows)s rows; cut it into several files.")
        raise refuse_line(line, message % {"rows": ROWS_AT_MOST})
    if len(cells) != wanted:
        message = _("%(found)s cells instead of %(wanted)s; put a name that holds a comma in double quotes.")
        raise refuse_line(line, message % {"found": len(cells), "wanted": wanted})
    if any("\0" in cell for cell in cells):
        raise refuse_line(line, _("there is a NUL character; export the file again."))


@dataclass(frozen=True)
class Sheet(Generic[Row]):
    """A kind of file as an app declares it: its columns, and what makes a row of a line's cells.

    `make` takes the cells in the order of the columns, stripped, and raises Refused for what it can't take.
    """

    columns: tuple[str, ...]
    make: Callable[..., Row]

    def rows(self, lines: Iterable[str]) -> Iterator[tuple[int, Row]]:
        """Read each row with the number of its line. Raises Refused, naming line and remedy."""
        for line, cells in cells_of(lines, self.columns):
            with on_line(line):
                row = self.make(*cells)
            yield line, row
