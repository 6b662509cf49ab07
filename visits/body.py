"""The body of a visit as clients send it: checked, normalised, hashed. No database.

Two bodies are the same when they say the same: order of keys, whitespace, the notation of an instant's offset,
an integer written as a float, an absent key and its empty value, and the Unicode form of a text make no
difference; the order of offers and of needs does. The hash is SHA-256 over the one way of writing that is left.

A field that a body gets later is written only where it says something: the hashes of what is stored stay.
"""

import hashlib
import json
import math
import re
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gridbank.numbers import complaint, without_digits
from ground.geometry import EAST, NORTH, SOUTH, WEST
from needs.enums import NEED_LENGTH
from products.enums import OfferResult
from visits.enums import Mode

NOTE_LENGTH = 2000
REASON_LENGTH = 200
MOST_OFFERS = MOST_NEEDS = 20
KEYS_END = 2**63
REQUIRED = ("id", "customer", "started_at", "mode", "met")
OPTIONAL = ("note", "offers", "needs", "next_on", "latitude", "longitude", "accuracy_m")
WHOLE = "non_field_errors"
ROW = ("row",)
_SHOWN = 40
# what bodies, offers and needs were first hashed with, empty or not; never to be added to
_FIRST = frozenset(
    (
        "id", "customer", "started_at", "mode", "met", "note", "offers", "needs", "next_on", "latitude", "longitude",
        "accuracy_m", "product", "result", "text", "due_on",
    )
)  # fmt: skip
_EMPTY: tuple[Any, ...] = (None, "", [], {})

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A product proposed, and what became of it."""

    product_id: int
    result: str


@dataclass(frozen=True, slots=True)
class NeedLine:
    """What the customer asked for."""

    text: str
    due_on: date | None = None
    # which need a correction speaks of; what is said of it is the same with and without
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class VisitBody:
    """A checked body. `started_at` is in UTC."""

    id: uuid.UUID
    customer_id: int
    started_at: datetime
    mode: str
    met: bool
    note: str = ""
    offers: tuple[OfferLine, ...] = ()
    needs: tuple[NeedLine, ...] = ()
    next_on: date | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None

    def without_place(self) -> "VisitBody":
        """Return the body without where it was."""
        return replace(self, latitude=None, longitude=None, accuracy_m=None)

    def columns(self) -> dict[str, Any]:
        """Return what a visit's row holds of the body, by column; the day is worked out."""
        return {**{name: getattr(self, name) for name in COLUMNS}, "day": self.day}

    @classmethod
    def from_columns(cls, row: Any, *, offers: Iterable[OfferLine], needs: Iterable[NeedLine]) -> "VisitBody":
        """Return the body that a row with these columns, and its id, says."""
        values = {name: getattr(row, name) for name in COLUMNS}
        return cls(id=row.pk, offers=tuple(offers), needs=tuple(needs), **values)

    @property
    def day(self) -> date:
        """Return the local day of the visit."""
        return timezone.localdate(self.started_at)

    @property
    def content(self) -> dict[str, Any]:
        """Return the body as plain JSON values, every key present."""
        return {
            "id": str(self.id),
            "customer": self.customer_id,
            "started_at": self.started_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "mode": self.mode,
            "met": self.met,
            "note": self.note,
            "offers": [{"product": line.product_id, "result": line.result} for line in self.offers],
            "needs": [{"text": line.text, "due_on": _iso(line.due_on)} for line in self.needs],
            "next_on": _iso(self.next_on),
            "latitude": self.latitude,
            "longitude": self.longitude,
            "accuracy_m": self.accuracy_m,
        }

    @property
    def unordered(self) -> "VisitBody":
        """Return the body with its lines in an order of their own, to compare what is said."""
        needs = sorted(self.needs, key=lambda line: (line.text, _iso(line.due_on) or ""))
        offers = sorted(self.offers, key=lambda line: line.product_id)
        return replace(self, offers=tuple(offers), needs=tuple(needs))

    @property
    def canonical(self) -> str:
        """Write the body in its one way."""
        return json.dumps(_said(self.content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """Return the SHA-256 by which a repeated upload is told from a conflicting one."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()


# the fields that are columns of a visit under the same name: lines are rows of their own, and an id never changes
COLUMNS = tuple(field.name for field in fields(VisitBody) if field.name not in {"id", "offers", "needs"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """A body, or what is wrong with it; `given_id` is the id as far as it can be told."""

    body: VisitBody | None
    errors: Errors
    given_id: str | None


def parse(value: Any, *, corrects: bool = False) -> Parsed:
    """Check one body. Never raises: everything wrong comes back by field, in the reader's language.

    One that corrects a visit may say of a need which row it is.
    """
    if not isinstance(value, dict):
        return Parsed(None, {WHOLE: [_("A visit is an object.")]}, None)
    reader = _Reader(value, ROW if corrects else ())
    body = reader.read()
    given = value.get("id")
    shown = _plain(given) if isinstance(given, str) else None
    if isinstance(given, str) and _UUID.fullmatch(given):
        shown = given
    return Parsed(body, reader.errors, str(body.id) if body else shown)


def _said(value: Any) -> Any:
    """Leave out every later field that says nothing, of a body and of its lines."""
    if isinstance(value, list):
        return [_said(line) for line in value]
    if isinstance(value, dict):
        return {key: _said(each) for key, each in value.items() if key in _FIRST or each not in _EMPTY}
    return value


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _plain(text: str) -> str:
    """Return a strange key or id so that it may be said back and kept with the answer."""
    return without_digits(text[:_SHOWN]).encode("ascii", "backslashreplace").decode()


def clean_text(text: str) -> str:
    """Bring a text to NFC and plain line ends. Raises ValueError when it holds what can't be stored."""
    if _FORBIDDEN.search(text):
        raise ValueError(_("This text holds characters that can't be stored."))
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain).strip()


def _check_numbers(text: str) -> None:
    """Raise ValueError when a free text holds an ID, card or phone number."""
    if wrong := complaint(text):
        raise ValueError(wrong)


def clean_reason(text: str) -> str:
    """Return the reason that somebody gives for what he does with a visit. Raises ValueError."""
    reason = clean_text(text)
    _check_numbers(reason)
    if not reason:
        raise ValueError(_("Say why."))
    if len(reason) > REASON_LENGTH:
        raise ValueError(_("At most %(most)s characters.") % {"most": REASON_LENGTH})
    return reason


class _Reader:
    """Reads a body field by field and keeps every error."""

    def __init__(self, value: dict[Any, Any], besides: tuple[str, ...]) -> None:
        self.value, self.besides = value, besides
        self.errors: Errors = {}

    def read(self) -> VisitBody | None:
        self._keys(self.value, (*REQUIRED, *OPTIONAL), REQUIRED)
        found = {
            "id": self._take("id", _uuid),
            "customer_id": self._take("customer", _key),
            "started_at": self._take("started_at", _instant),
            "mode": self._take("mode", lambda value: _choice(value, Mode.values)),
            "met": self._take("met", _bool),
            "note": self._take("note", lambda value: _text(value, NOTE_LENGTH), ""),
            "offers": self._lines("offers", MOST_OFFERS, self._offer),
            "needs": self._lines("needs", MOST_NEEDS, self._need),
            "next_on": self._take("next_on", _day),
            "latitude": self._take("latitude", lambda value: _number(value, SOUTH, NORTH)),
            "longitude": self._take("longitude", lambda value: _number(value, WEST, EAST)),
            "accuracy_m": self._take("accuracy_m", lambda value: _number(value, 0, math.inf)),
        }
        self._together(found)
        return None if self.errors else VisitBody(**found)

    def _fail(self, field: str, message: str) -> None:
        self.errors.setdefault(field, []).append(message)

    def _keys(
        self, value: dict[Any, Any], known: tuple[str, ...], required: tuple[str, ...], prefix: str = ""
    ) -> None:
        unknown = [key for key in value if key not in known]
        for key in unknown[:MOST_OFFERS]:
            self._fail(f"{prefix}{_plain(str(key))}", _("This field is not known."))
        for key in required:
            if key not in value:
                self._fail(f"{prefix}{key}", _("This field is required."))

    def _take(self, name: str, read: Any, empty: Any = None, *, source: Any = None, prefix: str = "") -> Any:
        value = self.value if source is None else source
        if name not in value or (value[name] is None and name in (*OPTIONAL, *ROW, "due_on")):
            return empty
        try:
            return read(value[name])
        except ValueError as error:
            self._fail(f"{prefix}{name}", str(error))
            return empty

    def _lines(self, name: str, most: int, read: Any) -> tuple[Any, ...]:
        given = self.value.get(name)
        if given is None:
            return ()
        if not isinstance(given, list):
            self._fail(name, _("This is a list."))
            return ()
        if len(given) > most:
            self._fail(name, _("At most %(most)s.") % {"most": most})
            return ()
        lines = [read(line, f"{name}.{number}") for number, line in enumerate(given)]
        return tuple(line for line in lines if line is not None)

    def _offer(self, line: Any, place: str) -> OfferLine | None:
        if not isinstance(line, dict):
            self._fail(place, _("An offer is an object with product and result."))
            return None
        prefix = f"{place}."
        self._keys(line, ("product", "result"), ("product", "result"), prefix)
        product = self._take("product", _key, source=line, prefix=prefix)
        result = self._take(
            "result", lambda value: _choice(value, OfferResult.values), source=line, prefix=prefix
        )
        return None if product is None or result is None else OfferLine(product, result)

    def _need(self, line: Any, place: str) -> NeedLine | None:
        if not isinstance(line, dict):
            self._fail(place, _("A need is an object with text and due_on."))
            return None
        prefix = f"{place}."
        self._keys(line, ("text", "due_on", *self.besides), ("text",), prefix)
        text = self._take("text", lambda value: _text(value, NEED_LENGTH), source=line, prefix=prefix)
        if text == "":
            self._fail(f"{prefix}text", _("This field is required."))
        due_on = self._take("due_on", _day, source=line, prefix=prefix)
        row = self._take("row", _key, source=line, prefix=prefix) if self.besides else None
        return NeedLine(text, due_on, row) if text else None

    def _together(self, found: dict[str, Any]) -> None:
        """Check what only makes sense between fields."""
        if (found["latitude"] is None) != (found["longitude"] is None):
            self._fail("latitude", _("A position has both latitude and longitude."))
        elif found["latitude"] is None and found["accuracy_m"] is not None:
            self._fail("accuracy_m", _("An accuracy needs a position."))
        products = [line.product_id for line in found["offers"]]
        if len(set(products)) < len(products):
            self._fail("offers", _("A product stands twice."))
        if found["started_at"] is not None:
            day = timezone.localdate(found["started_at"])
            if found["next_on"] is not None and found["next_on"] < day:
                self._fail("next_on", _("This day lies before the visit."))
            for number, line in enumerate(found["needs"]):
                if line.due_on is not None and line.due_on < day:
                    self._fail(f"needs.{number}.due_on", _("This day lies before the visit."))


def _uuid(value: Any) -> uuid.UUID:
    if isinstance(value, str) and _UUID.fullmatch(value):
        found = uuid.UUID(value)
        if found.variant == uuid.RFC_4122 and found.version in range(1, 9):
            return found
    raise ValueError(_("This is not a UUID."))


def _key(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < KEYS_END:
        return value
    raise ValueError(_("This is not an id."))


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(_("Say true or false."))


def _choice(value: Any, choices: list[str]) -> str:
    if isinstance(value, str) and value in choices:
        return value
    raise ValueError(_("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)})


def _instant(value: Any) -> datetime:
    if not (isinstance(value, str) and _INSTANT.fullmatch(value)):
        raise ValueError(_("This is not a time with its offset, like 2026-01-31T09:30:00+08:00."))
    try:
        found = datetime.fromisoformat(value).astimezone(UTC)
        timezone.localdate(found)
    except (ValueError, OverflowError) as error:
        raise ValueError(_("There is no such time.")) from error
    return found


def _day(value: Any) -> date:
    if not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError(_("This is not a day like 2026-01-31."))
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(_("There is no such day.")) from error


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise ValueError(_("This is not text."))  # noqa: TRY004  one kind of error for the caller
    # beyond that no normal form is short enough to be worth making
    if len(value) <= 2 * most:
        text = clean_text(value)
        if len(text) <= most:
            _check_numbers(text)
            return text
    raise ValueError(_("At most %(most)s characters.") % {"most": most})


def _number(value: Any, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(_("This is not a number."))  # noqa: TRY004  one kind of error for the caller
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isfinite(number) and least <= number <= most:
        # no minus zero
        return number + 0.0
    raise ValueError(_("This number is out of range."))
