"""ID, phone and card numbers in free text: they have fields of their own, and stand in clear nowhere else."""

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum import luhn
from stdnum.cn import ric

from gridbank.errors import Refused
from gridbank.visible import without_invisible

_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_DIGIT_RUN = re.compile(r"(?<![0-9])[0-9](?:[0-9]|[ \-.](?=[0-9]))*(?:[ \-]?[Xx](?![A-Za-z]))?")
# the same whatever one or two signs stand between the groups: slashes, brackets, line ends
_WIDE_RUN = re.compile(
    r"(?<![0-9])[0-9](?:[0-9]|[^0-9A-Za-z\u3400-\u9fff]{1,2}(?=[0-9]))*(?:[ \-]?[Xx](?![A-Za-z]))?"
)
# 一三八…: read out, and written as it was heard
_SPELLED = str.maketrans("〇零一二三四五六七八九", "00123456789")
_MOBILE = re.compile(r"(?:86)?1[3-9][0-9]{9}")
# How people group the digits of a mobile number. Other groups that add up to eleven are days, prices, measures.
_MOBILE_GROUPS = {(11,), (3, 4, 4), (3, 3, 5), (3, 8), (3, 5, 3)}
_COUNTRY = "86"
_CARD = re.compile(r"[0-9]{16,19}")
# 密码:…, password=…: what follows is typed on a keyboard; 密码忘了 tells none
_PASSWORD = re.compile(
    r"(?:密码|口令|password|passwd|pwd|\bpin)\s*(?:[:=]|是|为|is\b)\s*[!-~]{4,}", re.IGNORECASE
)
_SHORTEST, _LONGEST = 11, 19
# 6222 0212 3456 7890 123 is written in five
_MOST_PARTS = 6


def _kind(parts: list[str]) -> str:
    digits = "".join(parts)
    if looks_like_id_number(digits):
        return "id"
    if _MOBILE.fullmatch(digits) and _grouped_as_mobile(parts):
        return "phone"
    if _CARD.fullmatch(digits) and digits[0] in "3456" and luhn.is_valid(digits):
        return "card"
    return ""


def _grouped_as_mobile(parts: list[str]) -> bool:
    """Say whether the parts are those in which a mobile number is written, the country's code before it or not."""
    lengths = [len(part) for part in parts]
    if sum(lengths) > _SHORTEST:
        lengths[0] -= len(_COUNTRY)
    return tuple(length for length in lengths if length) in _MOBILE_GROUPS


def personal_numbers(text: str) -> set[str]:
    """Return which kinds of number a free text holds: `id`, `card`, `phone`. They belong in their own fields."""
    found = set()
    plain = _ascii_digits(unicodedata.normalize("NFKC", without_invisible(text)))
    runs = [re.split(r"[ \-.]", run.upper()) for run in _DIGIT_RUN.findall(plain)]
    # in groups of any kind a card would be found by chance: amounts in a row have as many digits
    wide = [re.split(r"[^0-9X]+", run.upper()) for run in _WIDE_RUN.findall(plain)]
    for parts in runs:
        found |= _kinds_in(parts)
    for parts in wide:
        found |= _kinds_in(parts) - {"card"}
    return found - {""}


def _ascii_digits(text: str) -> str:
    """Write the digits of every script as ours."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text).translate(
        _SPELLED
    )


def _kinds_in(parts: list[str]) -> set[str]:
    found = set()
    for start in range(len(parts)):
        length = 0
        for end, part in enumerate(parts[start : start + _MOST_PARTS], start + 1):
            length += len(part)
            if length > _LONGEST:
                break
            if length >= _SHORTEST:
                found.add(_kind(parts[start:end]))
    return found


def looks_like_id_number(digits: str) -> bool:
    """Say whether bare digits are an identity number of any kind: check digit and date both fit."""
    if not _EIGHTEEN.fullmatch(digits) or digits[-1] != ric.calc_check_digit(digits):
        return False
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    return digits[6:8] in {"18", "19", "20"}


def no_personal_numbers(text: str) -> None:
    """Validate a form's free text. Raises ValidationError, which never repeats the text."""
    if wrong := complaint(text):
        raise ValidationError(wrong, code="personal_number")


def refuse_numbers(field: str, text: str) -> None:
    """Hold the same in a service. Raises Refused."""
    if wrong := complaint(text):
        raise Refused(wrong, field=field)


def without_digits(text: str) -> str:
    """Return a text from outside so that it may be said back and kept: whatever number it held is gone."""
    return re.sub(r"\d", "#", text)


def complaint(text: str) -> str:
    """Return what is wrong with a free text that holds a personal number, and where such a number belongs."""
    kinds = personal_numbers(text)
    if "id" in kinds:
        return _("This text holds an ID number. It belongs in the person's archive.")
    if "phone" in kinds:
        return _("This text holds a phone number. It belongs in the person's archive.")
    if "card" in kinds:
        return _("This text holds a card number. Card numbers are not kept here.")
    if _PASSWORD.search(unicodedata.normalize("NFKC", without_invisible(text))):
        return _("This text holds a password. Passwords are kept nowhere; ask the person to change it.")
    return ""
