"""What every API room shares: strict JSON, strict questions and cursor pages."""

import json
import re
from datetime import UTC, datetime
from typing import IO, Any, ClassVar

from django.core.exceptions import ValidationError as InvalidValue
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ParseError, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser

from gridbank.visible import all_visible

# the escape itself, not a backslash followed by u0000
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "A key stands twice in one object."
        raise ValueError(message)
    return found


def _refuse_constant(name: str) -> Any:
    message = f"{name} is not a number."
    raise ValueError(message)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        return float(_refuse_constant(text))
    return number


def _bounded(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**63:
        _refuse_constant(text[:20])
    return number


def _storable(value: Any) -> None:
    """Refuse text that no database keeps: NUL and half a surrogate pair. Raises ValueError."""
    text = json.dumps(value, ensure_ascii=False)
    # a lone surrogate is a UnicodeEncodeError, which is a ValueError
    text.encode("utf-8")
    if _NUL.search(text):
        message = "Text must not hold NUL."
        raise ValueError(message)


class StrictJSONParser(JSONParser):
    """JSON that means one thing and can be stored.

    No duplicate keys, NaN, numbers beyond all bounds, NUL or broken surrogates; deep nesting is an error,
    not a crash. The size of a body is bounded before it gets here (BodyLimitMiddleware).
    """

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        """Parse the body. Raises ParseError (400)."""
        try:
            text = stream.read().decode("utf-8")
            value = json.loads(
                text,
                object_pairs_hook=_unique,
                parse_constant=_refuse_constant,
                parse_float=_finite,
                parse_int=_bounded,
            )
            if "\\u" in text:
                _storable(value)
        except (ValueError, RecursionError) as error:
            message = "The body is not valid JSON."
            raise ParseError(message) from error
        return all_visible(value)


_SIZE = re.compile(r"0*[1-9][0-9]*")
PAGING = frozenset({"cursor", "page_size"})


class StrictQuestions:
    """Mixin left of the view class: a word in the query string that the view doesn't know is 400, never ignored.

    A list knows `cursor`, `page_size`, the fields of its `filter_form` and its `query_words`; nothing else knows any.
    """

    filter_form: ClassVar[type[Any] | None] = None
    query_words: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Look at the question after the caller was let in, and before any row is looked for."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        known: set[str] = set()
        if getattr(self, "action", None) == "list":
            known.update(PAGING, self.query_words, self.filter_form.base_fields if self.filter_form else ())
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise ValidationError({name: [_("Unknown parameter.")] for name in unknown})
        twice = sorted(name for name, values in request.query_params.lists() if len(values) > 1)
        if twice:
            raise ValidationError({name: [_("This parameter stands twice.")] for name in twice})


class CursorPages(CursorPagination):
    """Pages by cursor: the cost of a page doesn't grow with its depth."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "pk"

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        """Return a page. Raises ValidationError (400) for a cursor that is none of ours."""
        self._model = queryset.model
        return super().paginate_queryset(queryset, request, view)

    def get_page_size(self, request: Any) -> int:
        """Return how many rows are asked for, never more than there may be. Raises ValidationError for what is no number."""
        text = request.query_params.get(self.page_size_query_param)
        if text is None:
            return self.page_size
        if not _SIZE.fullmatch(text):
            message = _("Write a whole number from 1 to %(most)s.") % {"most": self.max_page_size}
            raise ValidationError({self.page_size_query_param: [message]})
        # a number of thousands of digits is none that Python reads
        digits = text.lstrip("0")[: len(str(self.max_page_size)) + 1]
        return min(int(digits), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Say of a page's size what is read."""
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for one in found:
            if one["name"] == self.page_size_query_param:
                one["schema"]["minimum"] = 1
        return found

    def decode_cursor(self, request: Any) -> Any:
        """Read the cursor, which came from outside: its position must be a value of the column it stands for."""
        try:
            cursor: Any = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                self._check(cursor.position)
        except (NotFound, InvalidValue, ValueError, OverflowError) as error:
            raise ValidationError({"cursor": [_("This cursor is not one of ours.")]}) from error
        return cursor

    def _check(self, position: str) -> None:
        name, meta = self.ordering[0].lstrip("-"), self._model._meta
        value = (meta.pk if name == "pk" else meta.get_field(name)).to_python(position)
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError(position)
            value.astimezone(UTC)
