"""What a workbook takes for the values of a list, and how wide its columns must be."""

from datetime import date
from typing import Any

from exchange.writing import Cell

NARROWEST, WIDEST = 8, 40
TEXT_AT_MOST = 32_000


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
