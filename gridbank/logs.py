"""Logging that one hostile value can't split into two lines, and that quotes no customer."""

import logging
import re
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from celery import current_task
from django.db import Error as DatabaseFault

from gridbank.context import request_id
from gridbank.outages import is_away, outage, told_lately

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
_ESCAPES = {code: chr(code).encode("unicode_escape").decode() for code in _CONTROLS}
# an ID, a phone, a card, in whichever groups and digits; not a hash
_LONG_NUMBER = re.compile(r"(?<![0-9a-fA-F])\d(?:[ ._\-]?\d){10,18}[ ._\-]?[XxＸｘ]?(?![0-9a-fA-F])")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_DETAIL = re.compile(r"(?:\\n|\s)(?:DETAIL|CONTEXT|QUERY):.*", re.DOTALL)


class OneLineFilter(logging.Filter):
    """Escape line breaks and control characters, leave out what a database quotes, and add the request's id."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; never drop it."""
        if record.name == "celery.beat" and record.exc_info:
            _say_once(record)
        if record.name == "celery.app.trace" and record.exc_info and is_away(record.exc_info[1]):
            _say_put_off(record, record.exc_info[1])
        record.msg = plain(record.getMessage())
        record.args = None
        if record.exc_info and told_lately(record.exc_info[1]):
            record.exc_info = record.exc_text = None
        if record.exc_info and record.exc_info[1] and not record.exc_text:
            # a hostile value inside an exception must not start a line of its own either
            lines = described(record.exc_info[1]).splitlines()
            record.exc_text = "\n".join("  | " + plain(line) for line in lines)
        identifier = getattr(getattr(record, "request", None), "gridbank_id", request_id.get())
        record.request_id = _task_id() or identifier if identifier == "-" else identifier
        return True


class MistypedFilter(logging.Filter):
    """Leave out that a form came back with what is wrong in it: people mistype all day, and the access line has it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the record is worth a line."""
        return getattr(record, "status_code", None) != HTTPStatus.UNPROCESSABLE_ENTITY


def _say_once(record: logging.LogRecord) -> None:
    """Leave what the clock says at every tick of a full disk in one line: it writes its stack beside the traceback."""
    said = record.args[0] if isinstance(record.args, tuple) and record.args else record.msg
    record.msg, record.args, record.exc_info = "not sent, the next tick tries again: %s", (str(said),), None


def _say_put_off(record: logging.LogRecord, error: BaseException | None) -> None:
    """Tell of a task that met an outage as a request is told of: by its name and the reason, in one line."""
    told: Mapping[str, Any] = getattr(record, "data", {})
    reason = outage(error) if error is not None else ""
    record.msg, record.args = "task %s put off: %s", (told.get("name", "-"), reason)


def _task_id() -> str:
    """Return the id of the task at hand, as a request's is written; empty outside of tasks."""
    return (current_task.request.id or "").replace("-", "") if current_task else ""


def plain(text: str) -> str:
    """Return a text as one line without long numbers and without the row that a database quotes."""
    return _LONG_NUMBER.sub(_hidden, _DETAIL.sub(" …", text)).translate(_ESCAPES)


def _hidden(found: re.Match[str]) -> str:
    """Leave a machine's address; anything else so long may be somebody's number."""
    return found[0] if _ADDRESS.fullmatch(found[0]) else "#"


def described(error: BaseException) -> str:
    """Return the traceback; of what a database said, what went wrong and not with which row."""
    found = traceback.TracebackException.from_exception(error)
    pairs = [(found, error)]
    while pairs:
        shown, one = pairs.pop()
        if isinstance(one, DatabaseFault) or hasattr(one, "pgerror") or _DETAIL.search(str(one)):
            shown._str = _said(one)  # type: ignore[attr-defined]
        if shown.__cause__ is not None and one.__cause__ is not None:
            pairs.append((shown.__cause__, one.__cause__))
        if shown.__context__ is not None and one.__context__ is not None:
            pairs.append((shown.__context__, one.__context__))
    return "".join(found.format())


def _said(error: BaseException) -> str:
    """Return the first line of a database's message: the next ones quote the row, and a wrong value its own."""
    first = next(iter(str(error).splitlines()), "")
    quotes_a_value = "DataError" in {
        kind.__name__ for kind in type(error).__mro__
    }  # Django's or the driver's
    return first.partition(": ")[0] if quotes_a_value else first
