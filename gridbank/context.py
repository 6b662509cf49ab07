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
