"""What somebody typed into the search box, sorted out before any row is read."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from customers.naming import name_key
from gridbank.numbers import personal_numbers
from gridbank.visible import without_invisible


class Kind(StrEnum):
    """What a search term is."""

    NOTHING = ""
    NAME = "name"
    PINYIN = "pinyin"
    PHONE_TAIL = "phone_tail"
    PRIVATE = "private"
    NUMBER = "number"


@dataclass(frozen=True)
class Term:
    """A sorted search term. A private one (that holds an ID or phone number) carries no value: it came the wrong way."""

    kind: Kind
    value: str = ""


_TAIL = re.compile(r"[0-9]{4}")
_DIGITS = re.compile(r"[0-9]+[0-9X]?")
_LETTERS = re.compile(r"[a-z]+")
PRIVATE_LENGTH = 11


def sort_out(text: str) -> Term:
    """Sort a term by its shape: four digits, letters, a private number, or a name."""
    plain = unicodedata.normalize("NFKC", without_invisible(text)).strip()
    packed = re.sub(r"[\s\-+']", "", plain)
    if not packed:
        return Term(Kind.NOTHING)
    if _TAIL.fullmatch(packed):
        return Term(Kind.PHONE_TAIL, packed)
    if _DIGITS.fullmatch(packed.upper()):
        return Term(Kind.PRIVATE if len(packed) >= PRIVATE_LENGTH else Kind.NUMBER)
    if _LETTERS.fullmatch(packed.lower()):
        return Term(Kind.PINYIN, packed.lower())
    # 王小明13800138000: no name has a number's digits
    if sum(sign.isdecimal() for sign in packed) >= PRIVATE_LENGTH or personal_numbers(plain):
        return Term(Kind.PRIVATE)
    name = name_key(text)
    return Term(Kind.NAME, name) if name else Term(Kind.NOTHING)
