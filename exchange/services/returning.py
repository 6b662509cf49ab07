"""The wrong rows of a file, back as the same workbook, with what is wrong beside each."""

from io import BytesIO

from django.utils.translation import gettext as _

from exchange.matching import REASON
from exchange.models import Batch, Phase, State
from exchange.opening import table_of
from exchange.selectors import rows_out
from exchange.services.reading import content_of
from exchange.sheets import Fate
from exchange.workbooks import Cell
from exchange.writing import sheet_name, workbook


def phase_of(batch: Batch) -> Phase:
    """Return what tells best what became of the rows: the storing once it has begun, the dry run before."""
    dry = {State.BROUGHT, State.JUDGING, State.JUDGED}
    return Phase.JUDGED if batch.state in dry else Phase.STORED


def wrong_rows(batch: Batch) -> bytes:
    """Write them, below the rows that stand above the headings. Raises Refused when the file is no longer held."""
    reasons: dict[str, dict[int, str]] = {}
    labels = {column.key: str(column.label) for column in batch.sheet.columns}
    for row in rows_out(batch, phase_of(batch), Fate.WRONG):
        told = [f"{labels.get(one.column, '')} {one.sentence} {one.remedy}".strip() for one in row.faults]
        reasons.setdefault(row.sheet, {})[row.number] = "；".join(told)
    table, buffer = table_of(content_of(batch)), BytesIO()
    with workbook(buffer) as book:
        for place in batch.layout.places:
            wrong = reasons.get(place.sheet, {})
            if not wrong and len(batch.layout.places) > 1:
                continue
            lines: list[list[Cell]] = []
            for line in table.lines(place.sheet):
                if line.number < place.row:
                    lines.append(line.cells)
                elif line.number == place.row:
                    lines.append(_beside(line.cells, len(place.names), _(REASON)))
                elif line.number in wrong:
                    lines.append(_beside(line.cells, len(place.names), wrong[line.number]))
            book.plain(sheet_name(place.sheet), lines)
    return buffer.getvalue()


def _beside(cells: list[Cell], width: int, word: str) -> list[Cell]:
    return [*cells[:width], *[None] * (width - len(cells)), word]
