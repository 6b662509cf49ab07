"""Which row of a sheet names the columns, and which column holds what: by name, then by what stands in it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from exchange.cleaning import Cleaner, Unsound, folded_name, plain, said, words_of
from exchange.sheets import Column, Holds, Sheet
from exchange.workbooks import Cell, Line

# How far down a heading is looked for, and how many rows below it are looked at.
HEAD_ROWS, SAMPLE = 40, 60
MOST_SHEETS = 200
ENOUGH = 0.7
REASON = gettext_noop("What is wrong")
"""The heading that wrong rows come back with; it is no column of any kind."""
FEWEST = 3
_ID = re.compile(r"\d{17}[\dXx]|\d{15}")
_PHONE = re.compile(r"1[3-9]\d{9}")
FOOT = re.compile(
    r"(合计|总计|小计|共计|累计|制表人?|填表人?|审核人?|备注|说明|注)([:：\s].*)?|total\b.*", re.IGNORECASE
)


class How:
    """How a column was found."""

    NAME, LIKE, CONTENT, HAND, KEPT, NONE = "name", "like", "content", "hand", "kept", ""
    GUESSED = frozenset({LIKE, CONTENT})


@dataclass
class Head:
    """A column of the file: its heading, a value that stands in it, what it is taken for and how that was found."""

    name: str
    sample: str = ""
    key: str = ""
    how: str = How.NONE


@dataclass
class Place:
    """A sheet that is read: its name, the row with the headings, and the headings in their order."""

    sheet: str
    row: int
    names: list[str] = field(default_factory=list)


@dataclass
class Layout:
    """How a file is read."""

    places: list[Place]
    heads: list[Head]

    def packed(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "places": [[one.sheet, one.row, one.names] for one in self.places],
            "heads": [[one.name, one.sample, one.key, one.how] for one in self.heads],
        }

    @classmethod
    def unpacked(cls, packed: dict[str, Any]) -> "Layout":
        """Undo packed()."""
        return cls([Place(*one) for one in packed["places"]], [Head(*one) for one in packed["heads"]])

    def keys(self) -> dict[str, str]:
        """Return which heading is which column; a column is taken from the first heading that has it."""
        found: dict[str, str] = {}
        for head in self.heads:
            if head.key and head.key not in found.values():
                found[head.name] = head.key
        return found

    def missing(self, sheet: Sheet) -> list[Column]:
        """Return the columns without which the file can't be brought in."""
        there = set(self.keys().values())
        return [column for column in sheet.columns if column.required and column.key not in there]


def names_of(column: Column) -> set[str]:
    """Return every name of a column in the form in which names are compared."""
    return {folded_name(name) for name in (column.key, *said(column.label), *column.aliases)}


def headings(cells: Sequence[Cell], width: int) -> list[str]:
    """Return a row as headings: one that stands twice is told apart by its number, a missing one is its place."""
    seen: Counter[str] = Counter()
    found = []
    for at in range(max(width, len(cells))):
        name = plain(cells[at] or "") if at < len(cells) else ""
        seen[name] += 1
        name = name or f"#{at + 1}"
        found.append(f"{name} ({seen[name]})" if seen[name] > 1 else name)
    return found


def _score(cells: Sequence[Cell], names: dict[str, str]) -> int:
    return len({names[one] for cell in cells if cell and (one := folded_name(cell)) in names})


def head_row(lines: Sequence[Line], sheet: Sheet) -> Line | None:
    """Return the row that names the most columns; where none does, the first that is filled like those below it."""
    names = {name: column.key for column in sheet.columns for name in names_of(column)}
    best = max(lines[:HEAD_ROWS], key=lambda line: _score(line.cells, names), default=None)
    if best is not None and _score(best.cells, names) >= min(2, len(sheet.columns)):
        return best
    filled = [sum(cell is not None for cell in line.cells) for line in lines]
    wide = max(filled, default=0)
    return next((line for line, count in zip(lines, filled, strict=True) if count * 2 > wide), None)


def layout_of(sheet: Sheet, tops: Iterable[tuple[str, list[Line]]], kept: dict[str, str]) -> Layout | None:
    """Find out how a file is read from the first rows of its sheets; `kept` is what a person said of such headings.

    The sheet whose headings say most leads; others that name the same columns are read too. None when there is no
    table at all.
    """
    found = []
    for name, lines in list(tops)[:MOST_SHEETS]:
        row = head_row(lines, sheet)
        if row is None:
            continue
        below = [line.cells for line in lines if line.number > row.number][:SAMPLE]
        names = headings(row.cells, max(map(len, below), default=0))
        heads = matched(sheet, names, below, kept)
        found.append((Place(name, row.number, names), heads))
    if not found:
        return None
    place, heads = max(found, key=lambda pair: sum(bool(head.key) for head in pair[1]))
    keys = {head.key for head in heads if head.key}
    places = [
        one for one, its in found if one is place or (keys and {head.key for head in its if head.key} >= keys)
    ]
    return Layout(places, heads)


def matched(
    sheet: Sheet, names: Sequence[str], rows: Sequence[Sequence[Cell]], kept: dict[str, str]
) -> list[Head]:
    """Say of each heading which column it is: as somebody said, by its name, by a part of it, by what stands below."""
    columns = []
    for at, name in enumerate(names):
        values = [value for row in rows if at < len(row) and row[at] and (value := plain(str(row[at])))]
        if (values or not name.startswith("#")) and name not in said(gettext_lazy(REASON)):
            columns.append((Head(name, values[0] if values else ""), values))
    by_name = {name: column.key for column in sheet.columns for name in names_of(column)}
    known = {column.key for column in sheet.columns}
    taken: set[str] = set()
    ways: tuple[tuple[str, Callable[[Head, list[str]], str]], ...] = (
        (How.KEPT, lambda head, _values: kept.get(head.name, "")),
        (How.NAME, lambda head, _values: by_name.get(folded_name(head.name), "")),
        (How.LIKE, lambda head, _values: _like(folded_name(head.name), sheet, taken)),
        (How.CONTENT, lambda _head, values: _by_content(values, sheet, taken)),
    )
    for how, find in ways:
        for head, values in columns:
            if head.how:
                continue
            key = find(head, values)
            if key in known and key not in taken:
                head.key, head.how = key, how
                taken.add(key)
            elif how == How.KEPT and head.name in kept:
                # somebody said that it is not wanted
                head.how = How.KEPT
    return [head for head, _values in columns]


def _like(name: str, sheet: Sheet, taken: set[str]) -> str:
    """Return the column one of whose longer names stands in a heading; nothing where several do."""
    found = {
        column.key
        for column in sheet.columns
        if column.key not in taken
        and any(len(one) > 1 and (one in name or (len(name) > 1 and name in one)) for one in names_of(column))
    }
    return found.pop() if len(found) == 1 else ""


def _by_content(values: Sequence[str], sheet: Sheet, taken: set[str]) -> str:
    if len(values) < FEWEST:
        return ""
    fits = {column.key for column in sheet.columns if column.key not in taken and _holds(values, column)}
    return fits.pop() if len(fits) == 1 else ""


def _holds(values: Sequence[str], column: Column) -> bool:
    """Whether values are plainly what a column holds: numbers and codes are told by nothing."""
    patterns = {Holds.ID_NUMBER: _ID, Holds.PHONE: _PHONE}
    if column.holds in patterns:
        good = sum(bool(patterns[column.holds].fullmatch(value.replace(" ", ""))) for value in values)
    elif column.holds == Holds.CHOICE:
        words = words_of(column)
        good = sum(folded_name(value) in words for value in values)
    elif column.holds == Holds.DAY:
        good = sum(_sound(Cleaner(column), value) for value in values)
    else:
        return False
    return good >= ENOUGH * len(values)


def _sound(clean: Cleaner, value: str) -> bool:
    try:
        return bool(clean(value))
    except Unsound:
        return False


def is_foot(cells: Sequence[Cell], filled: int) -> bool:
    """Whether a row closes a table, such as its total: a word for it stands first, and little beside it."""
    first = next((plain(cell) for cell in cells if cell), "")
    return filled <= max(len(cells) // 2, 2) and bool(FOOT.fullmatch(folded_foot(first)))


def folded_foot(text: str) -> str:
    """Return a word without the blanks with which it was spread."""
    return text.replace(" ", "")


def folded_row(cells: Sequence[Cell]) -> list[str]:
    """Return a row as it is compared with headings."""
    return [folded_name(cell) for cell in cells if cell and not cell.startswith("#")]
