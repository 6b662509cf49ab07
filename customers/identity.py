"""Identity numbers and phones: plain text in, checked values out. No message ever repeats the value."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

from customers.enums import Gender, IdType
from gridbank.visible import without_invisible

EARLIEST = date(1900, 1, 1)
_SEPARATORS = re.compile(r"[\s\-‐-―()]")
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Provinces are all there will be; below them, codes of counties and zones come and go faster than any list.
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
_HMT = re.compile(r"8[123]0000")


class IdentityError(ValueError):
    """A number that can't be right; the message says why and never what was typed."""

    def __init__(self, message: str | Promise) -> None:
        """Keep the sentence for the person."""
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Identity:
    """A checked identity number and what it says; `canonical` is the same for the old and the new form."""

    number: str
    canonical: str
    id_type: IdType
    birth_date: date
    gender: Gender

    def __repr__(self) -> str:
        return f"Identity({self.id_type})"


def _plain(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", without_invisible(text))).upper()


def _date(text: str, today: date) -> date:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise IdentityError(_("The date of birth inside the ID number doesn't exist.")) from None
    if born < EARLIEST:
        raise IdentityError(_("The date of birth inside the ID number is too long ago."))
    if born > today:
        raise IdentityError(_("The date of birth inside the ID number lies in the future."))
    return born


def _shape(number: str) -> IdType:
    if _FIFTEEN.fullmatch(number):
        return IdType.RESIDENT_15
    if not _EIGHTEEN.fullmatch(number):
        raise IdentityError(
            _("An ID number has 18 characters: 17 digits and a digit or X. Old ones have 15 digits.")
        )
    if number[0] == "9":
        return IdType.FOREIGN_PERMANENT
    return IdType.HMT_RESIDENCE if _HMT.match(number) else IdType.RESIDENT


def parse_id_number(text: str, *, id_type: str, today: date) -> Identity:
    """Check an identity number under the type it was declared as. Raises IdentityError."""
    number = _plain(text)
    shape = _shape(number)
    if shape != id_type:
        raise IdentityError(_("This number doesn't belong to the kind of document chosen."))
    canonical = number
    if shape == IdType.RESIDENT_15:
        body = f"{number[:6]}19{number[6:]}"
        canonical = body + ric.calc_check_digit(body + "0")
    elif number[-1] != ric.calc_check_digit(number):
        raise IdentityError(
            _("The ID number is wrong: its check digit doesn't fit. Compare it with the card.")
        )
    if shape in {IdType.RESIDENT, IdType.RESIDENT_15} and number[:2] not in _PROVINCES:
        raise IdentityError(_("The ID number begins with a region that doesn't exist."))
    born = _date(canonical[6:14], today)
    gender = Gender.MALE if int(canonical[16]) % 2 else Gender.FEMALE
    return Identity(number, canonical, shape, born, gender)


def born_in(number: str) -> date | None:
    """Return the date of birth inside a number that was checked when it was stored; None when there is none."""
    if not (_FIFTEEN.fullmatch(number) or _EIGHTEEN.fullmatch(number)):
        return None
    digits = f"19{number[6:12]}" if _FIFTEEN.fullmatch(number) else number[6:14]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def guess_id_type(text: str) -> IdType:
    """Say which kind of document a number would be, by its shape. Raises IdentityError."""
    return _shape(_plain(text))


def parse_phone(text: str) -> str:
    """Return a mainland mobile number as 11 digits; spaces, hyphens and +86 are taken away. Raises IdentityError."""
    number = _plain(text)
    for prefix in ("+86", "0086", "86"):
        if number.startswith(prefix) and len(number) == len(prefix) + 11:
            number = number.removeprefix(prefix)
            break
    if not _MOBILE.fullmatch(number) or len(set(number)) == 1:
        raise IdentityError(_("A mobile number has 11 digits and begins with 13 to 19."))
    return number
