"""What stands here of a kind of file, as a file of that kind: brought in again it changes nothing."""

from collections.abc import Iterable, Mapping
from io import BytesIO

from exchange.sheets import Holds, Sheet
from exchange.writing import sheet_name, workbook


def standing_workbook(sheet: Sheet, rows: Iterable[Mapping[str, str]]) -> tuple[bytes, int]:
    """Write rows under the headings by which they are found again, choices in words; return the file and their number.

    Every cell is text: what begins like a formula, a long number, a zero in front stay as they are.
    """
    words = {
        column.key: {str(value): str(label) for value, label in column.choices}
        for column in sheet.columns
        if column.holds == Holds.CHOICE
    }
    lines: list[list[str | None]] = [[str(column.label) for column in sheet.columns]]
    lines += [[_cell(words, column.key, row.get(column.key, "")) for column in sheet.columns] for row in rows]
    buffer = BytesIO()
    with workbook(buffer) as book:
        book.plain(sheet_name(str(sheet.label)), lines)
    return buffer.getvalue(), len(lines) - 1


def _cell(words: Mapping[str, Mapping[str, str]], key: str, value: str) -> str | None:
    return words.get(key, {}).get(value, value) or None
