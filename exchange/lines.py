"""What stands of a kind of file as a list that can be asked for: its columns and words are those of the file."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from exchange import sheets
from gridbank.listing import Column, Listing


@dataclass(frozen=True)
class Line:
    """A row of such a file, and the key of what it tells of."""

    pk: int
    told: Mapping[str, str]


def _said(column: sheets.Column) -> Callable[[Line], str]:
    words = {str(value): label for value, label in column.choices}

    def said(line: Line) -> str:
        text = line.told.get(column.key, "")
        return str(words.get(text, text))

    return said


def listing_of(sheet: sheets.Sheet, *, without: Collection[str] = ()) -> Listing[Line]:
    """Return the list of a kind, by the name under which it is asked for."""
    columns = [(one, _said(one)) for one in sheet.columns if one.key not in without]
    return Listing(
        name=sheet.outlet,
        title=sheet.label,
        mark=lambda line: f"line-{line.pk}",
        columns=tuple(Column(one.key, one.label, said, said) for one, said in columns),
    )
