"""CSV files that the server room loads: every fault names its line and its remedy."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from gridbank.errors import Refused


def refuse_line(line: int, sentence: str) -> Refused:
    """Return the refusal of a file for one of its lines."""
    return Refused(_("Line %(line)s: %(sentence)s") % {"line": line, "sentence": sentence})


def cells_of(lines: Iterable[str], columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Read rows with exactly these columns, each with the number of its line; empty rows are passed over.

    Raises Refused.
    """
    reader = csv.reader(lines)
    try:
        header = next(reader, [])
        if [name.strip().lstrip("\ufeff") for name in header] != list(columns):
            raise refuse_line(1, _("the columns must be %(columns)s.") % {"columns": ",".join(columns)})
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                message = _(
                    "%(found)s cells instead of %(wanted)s; put a name that holds a comma in double quotes."
                )
                raise refuse_line(reader.line_num, message % {"found": len(cells), "wanted": len(columns)})
            if any("\0" in cell for cell in cells):
                raise refuse_line(reader.line_num, _("there is a NUL character; export the file again."))
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise refuse_line(reader.line_num, str(error)) from error


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """Open a file for a command that loads it whole or not at all. Raises CommandError for what goes wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield lines
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}. Check the path.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8. Save it as CSV UTF-8 and try again.") from error
    except Refused as refused:
        raise CommandError(f"{path}: {refused} Nothing was changed.") from refused
