"""What a check says: a sentence for whoever reads English, and below it the same in the bank's language."""

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.utils import translation
from django.utils.translation import gettext

ENGLISH, CHINESE = "en", "zh-hans"


def error(number: int, text: str, **values: object) -> CheckMessage:
    """Return what keeps production from starting; `text` is marked where it is written."""
    said, hint = _said(text, values)
    return Error(said, hint=hint, id=f"gridbank.E{number:03}")


def caution(number: int, text: str, **values: object) -> CheckMessage:
    """Return what production starts with, and should not."""
    said, hint = _said(text, values)
    return Caution(said, hint=hint, id=f"gridbank.W{number:03}")


def _said(text: str, values: dict[str, object]) -> tuple[str, str | None]:
    both = []
    for language in (ENGLISH, CHINESE):
        with translation.override(language):
            both.append(gettext(text) % values)
    english, chinese = both
    # catalogues that aren't compiled say nothing else (W002 tells)
    return english, chinese if chinese != english else None
