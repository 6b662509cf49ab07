"""Password policy of this bank, and the name under which wrong guesses are counted."""

import unicodedata
from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from people.models import USERNAME_LENGTH, canonical_username

# longer ones cost their hashing and protect no better
PASSWORD_LENGTH = 128
FEWEST_SIGNS = 5
SHORTEST_WORD, SHORTEST_NAME = 4, 2
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


class OwnWordsValidator:
    """Refuse passwords built on what colleagues know of a person: his name, how it sounds, his names in lists."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password with one of them."""
        folded = _folded(password)
        if any(word in folded for word in _own_words(user)):
            raise ValidationError(self.get_help_text(), code="password_own_word")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("The password must not contain your name, its pinyin, your user name or your staff number.")


class RepetitionValidator:
    """Refuse passwords that are one part said again and again, or few signs."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is shorter than it looks."""
        folded = _folded(password)
        # a text that stands in its own double, its ends cut off, is a repetition
        if len(set(folded)) < FEWEST_SIGNS or folded in (folded + folded)[1:-1]:
            raise ValidationError(self.get_help_text(), code="password_repetition")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _(
            "The password must hold at least %(count)s different characters and not repeat one part."
        ) % {"count": FEWEST_SIGNS}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _own_words(user: Any) -> set[str]:
    """Return what is known of a person; what is too short stands in any password by chance."""
    name = _folded(getattr(user, "name", "") or "")
    syllables = lazy_pinyin(name)
    sounds = {"".join(syllables), "".join([*syllables[1:], *syllables[:1]])}
    lists = {_folded(str(getattr(user, field, "") or "")) for field in ("username", "staff_no")}
    long = {word for word in sounds | lists if len(word) >= SHORTEST_WORD}
    return long | ({name} if len(name) >= SHORTEST_NAME else set())


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
