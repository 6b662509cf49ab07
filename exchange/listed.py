"""A list of any room as a workbook, as it stood on the page: its columns, its filters, all of its rows."""

from datetime import date
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from exchange.sending import sent
from exchange.writing import Cell, Column, Paper, file_name, workbook
from people.lists import Book

NARROWEST, WIDEST = 8, 40
# a sheet's name, and what a cell holds
NAME_AT_MOST, TEXT_AT_MOST = 31, 32_000


def cell_of(value: Any) -> Cell:
    """Return what a workbook takes for a value: days as they are written, whatever is no number as text."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)[:TEXT_AT_MOST]


def width_of(cells: list[Cell]) -> float:
    """Return how wide a column must be: a Chinese character takes the place of two."""
    longest = max(
        (sum(1 + (sign > "\u2e7f") for sign in str(cell)) for cell in cells if cell is not None), default=0
    )
    return min(max(longest + 2, NARROWEST), WIDEST)


def book_send(book: Book) -> HttpResponse:
    """Write a list and send it."""
    rows = [[cell_of(value) for value in row] for row in book.rows]
    columns = [
        Column(heading, width=width_of([heading, *(row[place] for row in rows)]))
        for place, heading in enumerate(book.headings)
    ]
    buffer, at = BytesIO(), f"{timezone.localtime():%Y-%m-%d %H:%M}"
    with workbook(buffer) as written:
        paper = Paper(book.title, book.line, f"{book.taker} {at}")
        written.table(book.title[:NAME_AT_MOST], columns, rows, paper=paper)
    return sent(buffer.getvalue(), file_name(book.title, at[:10]))
