"""Logging that one hostile value can't split into two lines."""

import logging

from gridbank.context import request_id

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
_ESCAPES = {code: chr(code).encode("unicode_escape").decode() for code in _CONTROLS}


class OneLineFilter(logging.Filter):
    """Escape line breaks and control characters and add the request's id."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; never drop it."""
        record.msg = record.getMessage().translate(_ESCAPES)
        record.args = None
        if record.exc_info and not record.exc_text:
            # a hostile value inside an exception must not start a line of its own either
            lines = logging.Formatter().formatException(record.exc_info).splitlines()
            record.exc_text = "\n".join("  | " + line.translate(_ESCAPES) for line in lines)
        record.request_id = request_id.get()
        return True
