"""The rows of a batch, a chunk at a time, from its sealed file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from exchange.cleaning import Cleaner, Unsound
from exchange.matching import folded_row, is_foot
from exchange.models import Batch, Slice
from exchange.opening import Table, table_of
from exchange.sheets import Fate, Fault, Outcome, Row, Sheet
from exchange.workbooks import Line
from gridbank.errors import Refused
from gridbank.pieces import joined


@dataclass
class Chunk:
    """Some rows of the file: those whose cells are sound, and the others with what is wrong with them."""

    number: int
    rows: list[Row] = field(default_factory=list)
    unsound: list[tuple[Row, Outcome]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows) + len(self.unsound)


def content_of(batch: Batch) -> bytes:
    """Return the file. Raises Refused when its days are over."""
    pieces = Slice.everywhere().filter(batch=batch).order_by("number")
    found = joined(pieces, "sealed")
    if not found:
        raise Refused(_("The file is no longer held. Bring it again."))
    return found


def lines_of(batch: Batch, table: Table) -> Iterator[tuple[str, Line]]:
    """Return the rows below the headings of every sheet that is read, without feet and headings that come again."""
    for place in batch.layout.places:
        head = folded_row(place.names)
        for line in table.lines(place.sheet):
            if line.number <= place.row:
                continue
            filled = sum(cell is not None for cell in line.cells)
            if is_foot(line.cells, filled) or (filled > 1 and folded_row(line.cells) == head):
                continue
            yield place.sheet, line


def chunks_of(batch: Batch) -> Iterator[Chunk]:
    """Return all rows in chunks that are the same each time. Raises Refused."""
    sheet = batch.sheet
    table, maker = table_of(content_of(batch)), _Maker(batch, sheet)
    chunk = Chunk(0)
    for count, (name, line) in enumerate(lines_of(batch, table), start=1):
        if count > sheet.most:
            message = _("Such a file holds at most %(most)s rows. Cut it into several files.")
            raise Refused(message % {"most": sheet.most})
        row, faults = maker.row(name, line)
        if faults:
            chunk.unsound.append((row, Outcome(Fate.WRONG, faults)))
        else:
            chunk.rows.append(row)
        if chunk.size >= sheet.chunk:
            yield chunk
            chunk = Chunk(chunk.number + 1)
    if chunk.size:
        yield chunk


class _Maker:
    """Makes rows of lines."""

    def __init__(self, batch: Batch, sheet: Sheet) -> None:
        layout, columns = batch.layout, sheet.by_key
        keys = layout.keys()
        self._places: dict[str, list[tuple[int, str, Cleaner]]] = {
            place.sheet: [
                (at, keys[name], Cleaner(columns[keys[name]]))
                for at, name in enumerate(place.names)
                if name in keys and keys[name] in columns
            ]
            for place in layout.places
        }
        self._required = [column.key for column in sheet.columns if column.required]

    def row(self, name: str, line: Line) -> tuple[Row, tuple[Fault, ...]]:
        """Make a row; of one that isn't sound the values stay as they stand in the file."""
        values: dict[str, str] = {}
        faults: list[Fault] = []
        cells = line.cells
        width = len(cells)
        for at, key, clean in self._places[name]:
            if at >= width or cells[at] is None:
                continue
            try:
                value = clean(cells[at])
            except Unsound as unsound:
                values[key] = str(cells[at])
                faults.append(Fault(key, unsound.sentence, unsound.remedy))
            else:
                if value:
                    values[key] = value
        faults += [
            Fault(key, _("It is missing."), _("Fill it in.")) for key in self._required if key not in values
        ]
        return Row(name, line.number, values), tuple(faults)
