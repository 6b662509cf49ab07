"""The workbook that is to be filled in."""

import pytest

from exchange.opening import table_of
from exchange.presenting.templates import form_workbook
from exchange.sheets import sheets
from tests.exchange.files import brought

KINDS = [sheet.kind for sheet in sheets()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_names_every_column_and_is_taken_in_again(db, kind):
    (sheet,) = [sheet for sheet in sheets() if sheet.kind == kind]
    content = form_workbook(sheet)
    book = table_of(content)
    page, explained = book.names()
    assert next(iter(book.lines(page))).cells == [str(column.label) for column in sheet.columns]
    told = {line.cells[0] for line in book.lines(explained)}
    assert {str(column.label) for column in sheet.columns} <= told
    batch = brought(None, content, kind=kind)
    assert [head.key for head in batch.layout.heads] == [column.key for column in sheet.columns]
