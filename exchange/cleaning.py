"""Cells made plain: what a column holds, in one form, whatever way it was typed."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.utils.translation import gettext as _

from exchange.sheets import CLEAR, Column, Holds
from exchange.workbooks import Cell, Number
from gridbank.sayings import speaking, together

# A spreadsheet keeps fifteen digits of a number and makes zeros of the rest.
EXACT_DIGITS = 15
CLEARS = {CLEAR, "——", "---"}
_FIRST = date(1899, 12, 30)
_INVISIBLE = re.compile(r"[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_BLANK = re.compile(r"[\s\u3000]+")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")
_DAY_8 = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
_FORMULA = re.compile(r'="?(.*?)"?')
_PUNCTUATION = re.compile(r"[\s\u3000*＊:：_\-—–/、,，.。()（）\[\]【】<>《》\"“”'‘’?？!！·]+")
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")


class Unsound(Exception):  # noqa: N818  the word for a cell
    """A cell that can't be what its column holds: what is wrong, and what to do."""

    def __init__(self, sentence: str, remedy: str) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.sentence, self.remedy = sentence, remedy


def plain(cell: str) -> str:
    """Return a text without what nobody sees; blanks become one space."""
    text = cell if cell.isascii() else _INVISIBLE.sub("", cell)
    return " ".join(text.split())


def _folded(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _digits(number: str) -> str:
    """Return a number's digits without an exponent and without a fraction that is nothing."""
    if number.isdigit():
        return number
    try:
        exact = Decimal(number)
    except InvalidOperation:
        return number
    return (
        f"{exact.to_integral_value():f}" if exact == exact.to_integral_value() else f"{exact.normalize():f}"
    )


def _code(cell: str) -> str:
    if isinstance(cell, Number):
        text = _digits(cell)
        if len(text.lstrip("-")) > EXACT_DIGITS and text.isdigit():
            raise Unsound(
                _(
                    "It was saved as a number: a spreadsheet keeps fifteen digits and makes the last ones zeros."
                ),
                _(
                    "Take the number from its source, format the column as text first, and type or paste it again."
                ),
            )
        return text
    text = _folded(cell)
    if text.startswith("="):
        found = _FORMULA.fullmatch(text)
        text = found[1] if found else text
    return text.lstrip("'`").strip()


def _compact(cell: str) -> str:
    return _BLANK.sub("", _code(cell)).upper()


def _phone(cell: str) -> str:
    text = _code(cell)
    return "".join(sign for sign in text if sign not in " -—()")


def _number(cell: str) -> str:
    text = _folded(cell).replace(",", "").replace("，", "").replace(" ", "").lstrip("¥￥")
    if not _NUMBER.fullmatch(text):
        raise Unsound(_("It is no number."), _("Write digits only, without a unit."))
    return _digits(text)


def _day(cell: str) -> str:
    text = _folded(cell)
    found = _DAY.fullmatch(text) or _DAY_8.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        if _SERIAL.fullmatch(text) and 20_000 < float(text) < 80_000:  # noqa: PLR2004  days of 1954 to 2119
            return (_FIRST + timedelta(days=int(float(text)))).isoformat()
    except (ValueError, OverflowError):
        pass
    raise Unsound(_("It is no day."), _("Write it as 2026-11-27."))


_MAKE: dict[Holds, Callable[[str], str]] = {
    Holds.TEXT: lambda cell: _digits(cell) if isinstance(cell, Number) else cell,
    Holds.CODE: _code,
    Holds.NUMBER: _number,
    Holds.DAY: _day,
    Holds.ID_NUMBER: _compact,
    Holds.PHONE: _phone,
}


def folded_name(name: str) -> str:
    """Return the one form in which headings and choices are compared: no case, width, punctuation or remarks."""
    text = _folded(name).casefold()
    return _PUNCTUATION.sub("", _BRACKETS.sub("", text)) or _PUNCTUATION.sub("", text)


def said(label: object) -> tuple[str, ...]:
    """Return a label in every language of the site."""
    found = []
    for code, _name in settings.LANGUAGES:
        with speaking(code):
            found.append(str(label))
    return tuple(dict.fromkeys(found))


def words_of(column: Column) -> dict[str, str]:
    """Return the values of a column's choices by every word for them."""
    words: dict[str, str] = {}
    for value, label in column.choices:
        for word in (value, *said(label)):
            words.setdefault(folded_name(str(word)), str(value))
    for word, value in column.spellings.items():
        words.setdefault(folded_name(word), value)
    return words


class Cleaner:
    """Makes the cells of one column plain."""

    def __init__(self, column: Column) -> None:
        """Prepare for a column."""
        self.column = column
        self._choices = words_of(column) if column.holds == Holds.CHOICE else {}
        self._make = self._choice if column.holds == Holds.CHOICE else _MAKE[column.holds]

    def __call__(self, cell: Cell) -> str:
        """Return what the cell holds; empty for nothing. Raises Unsound."""
        if not cell:
            return ""
        if not isinstance(cell, Number):
            cell = plain(cell)
            if not cell:
                return ""
            if cell in CLEARS:
                return CLEAR
        return self._make(cell)

    def _choice(self, cell: str) -> str:
        value = self._choices.get(folded_name(_digits(cell) if isinstance(cell, Number) else cell))
        if value is None:
            labels = together(_(", "), (label for _value, label in self.column.choices))
            raise Unsound(
                _("It is none of the choices."), _("Choose one of: %(choices)s.") % {"choices": labels}
            )
        return value
