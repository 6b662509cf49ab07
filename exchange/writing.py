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
COLUMN_WIDTH = 10
LABEL_WIDTH, VALUE_WIDTH = 16, 70
A3, A4 = 8, 9
# How far down a list to choose from reaches.
FORM_ROWS = 10_000
# More columns than this can't be read on A4.
WIDE = 16
# Not in any name of a file on any system of a bank's desks.
UNFIT_FOR_NAMES = dict.fromkeys(map(ord, '\\/:*?"<>|\0'), "-")
# Nor in any name of a sheet, which is short besides.
UNFIT_FOR_SHEETS = dict.fromkeys(map(ord, "[]:*?/\\"), "-")
SHEET_NAME_LENGTH = 31


@dataclass(frozen=True)
class Rate:
    """A share that is shown in per cent."""

    value: Decimal | None


@dataclass(frozen=True)
class Points:
    """A number that is shown with two decimals."""

    value: Decimal | None


Cell = str | int | float | Decimal | Rate | Points | None


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, the heading that stands above its group, its width in signs."""

    heading: str
    group: str = ""
    width: float = COLUMN_WIDTH


@dataclass(frozen=True)
class Field:
    """A column to be filled in: its heading, an example, what may be chosen, and whether it must be filled."""

    heading: str
    example: str = ""
    choices: Sequence[str] = ()
    is_needed: bool = False


@dataclass(frozen=True)
class Paper:
    """What stands around a table: its title, a line below it, the foot and the head of each printed page."""

    title: str
    line: str = ""
    foot: str = ""
    head: str = ""


class Workbook:
    """A workbook being written, sheet after sheet."""

    def __init__(self, book: Any) -> None:
        """Keep the writer, and how cells look."""
        self._book = book
        self._bold = book.add_format({"bold": True})
        self._title = book.add_format({"bold": True, "font_size": 14})
        head = {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
        self._head = book.add_format({**head, "bg_color": "#e8edf1"})
        self._needed = book.add_format({**head, "bg_color": "#dcefe5"})
        self._text = book.add_format({"num_format": "@"})
        self._forms = {
            Rate: book.add_format({"num_format": "0.0%"}),
            Points: book.add_format({"num_format": "0.00"}),
        }

    def table(
        self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, paper: Paper
    ) -> None:
        """Write a sheet: a title, its line, two rows of headings, the rows below them, ready to be filtered and printed.

        The headings stay in sight with the first two columns.
        """
        sheet = self._book.add_worksheet(name)
        sheet.write_string(0, 0, paper.title, self._title)
        sheet.write_string(1, 0, paper.line)
        last = self._headings(sheet, columns, 2)
        line = last
        for line, cells in enumerate(rows, start=last + 1):
            for column, cell in enumerate(cells):
                self._write(sheet, line, column, cell)
        sheet.freeze_panes(last + 1, 2)
        sheet.autofilter(last, 0, max(line, last), len(columns) - 1)
        for place, wanted in enumerate(columns):
            sheet.set_column(place, place, wanted.width)
        self._print_setup(sheet, paper, columns, last)

    def plain(self, name: str, rows: Iterable[Sequence[str | None]]) -> None:
        """Write a sheet as it came: text and nothing else, so that no number loses a digit."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, None, self._text)
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(line, column, cell, self._text)

    def form(self, name: str, fields: Sequence[Field]) -> None:
        """Write a sheet to be filled in: headings with what they mean, examples below, lists to choose from."""
        sheet = self._book.add_worksheet(name)
        for place, field in enumerate(fields):
            sheet.set_column(place, place, max(len(field.heading) * 2 + 2, LABEL_WIDTH), self._text)
            sheet.write_string(0, place, field.heading, self._needed if field.is_needed else self._head)
            if field.example:
                sheet.write_string(1, place, field.example, self._text)
            if field.choices:
                listed = {"validate": "list", "source": list(field.choices), "error_type": "warning"}
                sheet.data_validation(1, place, FORM_ROWS, place, listed)
        sheet.freeze_panes(1, 0)

    def pairs(self, title: str, rows: Iterable[tuple[str, str]]) -> None:
        """Write a sheet of labels with their values, such as where the numbers come from."""
        sheet = self._book.add_worksheet(title)
        for line, (label, value) in enumerate(rows):
            sheet.write_string(line, 0, label, self._bold)
            self._write(sheet, line, 1, value)
        sheet.set_column(0, 0, LABEL_WIDTH)
        sheet.set_column(1, 1, VALUE_WIDTH)

    def _headings(self, sheet: Any, columns: Sequence[Column], top: int) -> int:
        """Write the two rows of headings from `top` on and return the second: groups side by side become one cell."""
        at = 0
        while at < len(columns):
            group, first = columns[at].group, at
            while group and at + 1 < len(columns) and columns[at + 1].group == group:
                at += 1
            if at > first:
                sheet.merge_range(top, first, top, at, group, self._head)
            else:
                sheet.write_string(top, first, group, self._head)
            at += 1
        for place, column in enumerate(columns):
            sheet.write_string(top + 1, place, column.heading, self._head)
        return top + 1

    def _print_setup(self, sheet: Any, paper: Paper, columns: Sequence[Column], last: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(A3 if len(columns) > WIDE else A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, last)
        # In a head and a foot "&" begins an order to the printer.
        if paper.head:
            sheet.set_header("&C" + paper.head.replace("&", "&&"))
        sheet.set_footer("&L" + paper.foot.replace("&", "&&") + "&R&P / &N")

    def _write(self, sheet: Any, line: int, column: int, cell: Cell) -> None:
        form = None
        if isinstance(cell, Rate | Points):
            cell, form = cell.value, self._forms[type(cell)]
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


def sheet_name(name: str) -> str:
    """Return what a sheet is called."""
    return name.translate(UNFIT_FOR_SHEETS)[:SHEET_NAME_LENGTH].strip("'") or "-"


def file_name(*parts: str) -> str:
    """Return what a workbook is called on a desk: bank, matter and time, such as 某某农商银行_排名_2026年10月.xlsx."""
    return "_".join(part.translate(UNFIT_FOR_NAMES).strip(" .") for part in parts) + ".xlsx"
