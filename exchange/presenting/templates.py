"""The workbook that somebody fills in: headings, examples, lists to choose from, and a sheet that explains."""

from io import BytesIO

from django.utils.translation import gettext as _

from exchange.sheets import Column, Holds, Sheet
from exchange.writing import Field, workbook

NAME_AT_MOST = 31


def _says(column: Column) -> str:
    """Return what a column means, in a line."""
    said = [str(column.about)] if column.about else []
    if column.required:
        said.insert(0, _("Must be filled in."))
    if column.choices:
        said.append(
            _("One of: %(choices)s.") % {"choices": "、".join(str(label) for _key, label in column.choices)}
        )
    if column.holds == Holds.DAY:
        said.append(_("A day, such as 2026-11-27."))
    if column.example:
        said.append(_("Example: %(example)s") % {"example": column.example})
    if column.aliases:
        said.append(_("Also found as: %(names)s.") % {"names": "、".join(column.aliases)})
    return " ".join(said)


def form_workbook(sheet: Sheet) -> bytes:
    """Write it."""
    buffer = BytesIO()
    fields = [
        Field(
            str(column.label),
            column.example,
            tuple(str(label) for _key, label in column.choices),
            is_needed=column.required,
        )
        for column in sheet.columns
    ]
    explained = [
        (_("How to fill it in"), str(sheet.about)),
        (_("The second line"), _("An example: write over it.")),
        (_("An empty cell"), _("Leaves what is here as it is.")),
        ("—", _("Clears what is here.")),
        *((str(column.label), _says(column)) for column in sheet.columns),
    ]
    with workbook(buffer) as book:
        book.form(str(sheet.label)[:NAME_AT_MOST], fields)
        book.pairs(_("Explanation"), explained)
    return buffer.getvalue()
