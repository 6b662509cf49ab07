"""What belongs to the request at hand, without passing it through every call."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="-")
_memo: ContextVar[dict[Any, Any] | None] = ContextVar("memo", default=None)


@contextmanager
def request_scope(identifier: str) -> Iterator[None]:
    """Name the request and open its memo; both end with it."""
    id_token, memo_token = request_id.set(identifier), _memo.set({})
    try:
        yield
    finally:
        request_id.reset(id_token)
        _memo.reset(memo_token)


def memo() -> dict[Any, Any]:
    """Return the request's memo, or a throw-away dict outside requests: nothing outlives a request."""
    kept = _memo.get()
    return {} if kept is None else kept


# beside what selectors keep, under a name that none of them takes
_ARCHIVES = object()


def note_archive(kind: str, key: int) -> None:
    """Note that the request at hand read personal data of an archive; outside of requests nobody reads."""
    kept = _memo.get()
    if kept is not None:
        kept.setdefault(_ARCHIVES, {}).setdefault(kind, set()).add(key)


def archives_read() -> dict[str, set[int]]:
    """Return the keys of the archives that the request has read until now, by their kind."""
    found: dict[str, set[int]] = memo().get(_ARCHIVES, {})
    return found
