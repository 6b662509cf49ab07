"""Sentences that are kept and read later, by somebody of another language than whoever wrote them.

While one is `telling`, a sentence remembers of which message it is and what was put into it. So whoever refuses a row of a
file writes his sentence as ever, and a page says it in its reader's language. A text that was put together otherwise is
kept as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, npgettext, pgettext, trans_real

BETWEEN = "\x04"
# where Django keeps the catalogue in use
_trans: Any = trans_real


class Told(str):
    """A text in one language that knows how it is said in others."""

    __slots__ = ("kept",)
    kept: dict[str, Any]

    def __new__(cls, text: str, kept: dict[str, Any] | None = None) -> Self:
        """Remember the message."""
        made = super().__new__(cls, text)
        made.kept = kept or {}
        return made

    def __str__(self) -> Self:
        """Stay what it is when it is asked for as a text."""
        return self

    def __mod__(self, values: Any) -> str:
        """Put values in, and remember them."""
        text = super().__mod__(values)
        if not isinstance(values, Mapping):
            return text
        put = {name: _plain(value) for name, value in values.items()}
        return Told(text, {**self.kept, "with": put})


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, Told):
        return value.kept
    return value if isinstance(value, int | str) else str(value)


def together(between: str, parts: Iterable[Any]) -> str:
    """Join parts that may be sentences, or words of a choice, to one text."""
    texts = [str(part) for part in parts]
    text = between.join(texts)
    if not any(isinstance(one, Told) for one in texts):
        return text
    return Told(text, {"between": _plain(between), "parts": [_plain(one) for one in texts]})


def kept(text: str) -> str | dict[str, Any]:
    """Return what is kept of a sentence, as JSON takes it."""
    return text.kept if isinstance(text, Told) else str(text)


def said(what: Any) -> str:
    """Say what was kept, in the language of now."""
    if not isinstance(what, Mapping):
        return str(what)
    if "parts" in what:
        return said(what["between"]).join(said(part) for part in what["parts"])
    text = _message(what)
    if "with" not in what:
        return text
    return text % {
        name: said(value) if isinstance(value, Mapping) else value for name, value in what["with"].items()
    }


def _message(what: Mapping[str, Any]) -> str:
    context, _between, message = what["id"].rpartition(BETWEEN)
    if "many" in what:
        count = int(what["count"])
        if context:
            return npgettext(context, message, what["many"], count)
        return ngettext(message, what["many"], count)
    return pgettext(context, message) if context else gettext(message)


class _Telling:
    """A catalogue whose answers remember their messages; all else it leaves to the one that it stands before."""

    def __init__(self, catalogue: Any) -> None:
        self._catalogue = catalogue

    def __getattr__(self, name: str) -> Any:
        return getattr(self._catalogue, name)

    def gettext(self, message: str) -> Told:
        return Told(self._catalogue.gettext(message).rpartition(BETWEEN)[2], {"id": str(message)})

    def ngettext(self, one: str, many: str, count: int) -> Told:
        text = self._catalogue.ngettext(one, many, count).rpartition(BETWEEN)[2]
        told = {"id": str(one), "many": str(many).rpartition(BETWEEN)[2], "count": count}
        return Told(text, told)


@contextmanager
def telling() -> Iterator[None]:
    """Let sentences remember what they are made of."""
    standing = getattr(_trans._active, "value", None)
    before = standing or _trans.translation(settings.LANGUAGE_CODE)
    _trans._active.value = before if isinstance(before, _Telling) else _Telling(before)
    try:
        yield
    finally:
        if standing is None:
            del _trans._active.value
        else:
            _trans._active.value = standing


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a moment; whoever was telling goes on."""
    standing = getattr(_trans._active, "value", None)
    with translation.override(language):
        yield
    if standing is not None:
        _trans._active.value = standing
