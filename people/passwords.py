"""Password policy of this bank, and the name under which wrong guesses are counted."""

import unicodedata
from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from people.models import USERNAME_LENGTH, canonical_username

CONTEXT_WORDS = ("gridbank", "nongshang", "农商", "农信", "银行", "支行", "网格", "pingtang", "平塘")


class ContextWordsValidator:
    """Refuse passwords built on the words that everybody here would try first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password with such a word."""
        folded = unicodedata.normalize("NFKC", password).casefold()
        if any(word in folded for word in CONTEXT_WORDS):
            raise ValidationError(self.get_help_text(), code="password_context_word")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("The password must not contain the name of the bank, the place or this system.")


def axes_username(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Count guesses per canonical name, under its digest: what was typed for a name may be a password."""
    found = (credentials or {}).get("username")
    if not found and request is not None:
        found = request.POST.get("username", "")
    name = canonical_username(str(found or ""))[:USERNAME_LENGTH]
    return salted_hmac("people.lock", name, algorithm="sha256").hexdigest()


def lock_length() -> timedelta:
    """Return how long an account stays locked after too many wrong guesses."""
    length: timedelta = get_cool_off() or timedelta()
    return length
