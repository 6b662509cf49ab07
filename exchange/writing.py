"""Workbooks that go out: text stays text whatever it begins with, and nothing of them touches the disk."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
COLUMN_WIDTH = 14
LABEL_WIDTH, VALUE_WIDTH = 16, 70


@dataclass(frozen=True)
class Rate:
    """A share that is shown in per cent."""

    value: Decimal | None


Cell = str | int | float | Decimal | Rate | None


class Workbook:
    """A workbook being written, sheet after sheet."""

    def __init__(self, book: Any) -> None:
        """Keep the writer, and how cells look."""
        self._book = book
        self._bold = book.add_format({"bold": True})
        self._rate = book.add_format({"num_format": "0.0%"})

    def table(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write a sheet of rows below their headings, which stay in sight with the first two columns."""
        sheet = self._book.add_worksheet(title)
        for column, text in enumerate(headings):
            sheet.write_string(0, column, text, self._bold)
        for line, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                self._write(sheet, line, column, cell)
        sheet.freeze_panes(1, 2)
        sheet.set_column(1, 3, COLUMN_WIDTH)

    def pairs(self, title: str, rows: Iterable[tuple[str, str]]) -> None:
        """Write a sheet of labels with their values, such as where the numbers come from."""
        sheet = self._book.add_worksheet(title)
        for line, (label, value) in enumerate(rows):
            sheet.write_string(line, 0, label, self._bold)
            self._write(sheet, line, 1, value)
        sheet.set_column(0, 0, LABEL_WIDTH)
        sheet.set_column(1, 1, VALUE_WIDTH)

    def _write(self, sheet: Any, line: int, column: int, cell: Cell) -> None:
        form = None
        if isinstance(cell, Rate):
            cell, form = cell.value, self._rate
        if cell is None:
            return
        # The writer answers what it left out by a number below nothing: a row without a cell is a false row.
        if isinstance(cell, str):
            left_out = sheet.write_string(line, column, cell)
        else:
            left_out = sheet.write_number(line, column, cell, form)
        if left_out:
            raise ValueError(f"A cell of row {line + 1} doesn't fit into a workbook.")


@contextmanager
def workbook(buffer: BytesIO) -> Iterator[Workbook]:
    """Open a workbook that is whole in the buffer when the block ends."""
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        yield Workbook(book)
