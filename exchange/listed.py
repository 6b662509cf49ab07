"""A list of any room as a workbook, as it stood on the page: its columns, its filters, all of its rows."""

from io import BytesIO

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from exchange.cells import cell_of, width_of
from exchange.outlets import outlet_of
from exchange.selectors import export_limit
from exchange.sending import sent
from exchange.writing import Column, Paper, file_name, sheet_name, workbook
from gridbank.listing import TAKEN
from people.lists import Book, Bounds
from people.models import User


def _free(actor: User, name: str) -> int:
    """Return up to how many rows a list goes out at once: the bank's limit where more can be asked for."""
    return export_limit(actor=actor) if outlet_of(name) else TAKEN


def _ask(actor: User, name: str, query: str) -> str:
    outlet = outlet_of(name)
    if outlet is None or not outlet.may(actor):
        return ""
    return f"{reverse('exchange:export-new', args=[name])}?{query}"


BOUNDS = Bounds(_free, _ask)


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
        written.table(sheet_name(book.title), columns, rows, paper=paper)
    return sent(buffer.getvalue(), file_name(book.title, at[:10]))
