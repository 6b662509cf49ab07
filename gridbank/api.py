"""What every API room shares: strict JSON and cursor pages."""

import json
import re
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # the escape itself, not a backslash followed by u0000


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
    text.encode("utf-8")  # a lone surrogate is a UnicodeEncodeError, which is a ValueError
    if _NUL.search(text):
        message = "Text must not hold NUL."
        raise ValueError(message)


class StrictJSONParser(JSONParser):
    """JSON that means one thing and can be stored.

    No duplicate keys, NaN, numbers beyond all bounds, NUL or broken surrogates; deep nesting is an error,
    not a crash. The size of a body is bounded before it gets here (RequestContextMiddleware).
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
        return value


class CursorPages(CursorPagination):
    """Pages by cursor: the cost of a page doesn't grow with its depth."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "pk"
