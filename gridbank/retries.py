"""A request that gave way to another is done once more from its beginning, when it had changed nothing yet.

Why the whole request, and when not: docs/decisions/0015.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from gridbank.outages import Wait, wait_of

# whatever else a statement begins with may change something
CHANGES_NOTHING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "SET ", "PRAGMA")
LONGEST_WORD = max(map(len, CHANGES_NOTHING))


class Attempt:
    """One request's work so far, on its connection."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.committed = self.last = self.whole = False

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        """Run a statement, and learn when what it changed is there to stay."""
        result = execute(sql, params, many, context)
        # its first word is enough: a statement may be as long as a batch
        if not sql.lstrip()[:LONGEST_WORD].upper().startswith(CHANGES_NOTHING):
            if self.connection.in_atomic_block:
                # forgotten with its savepoint or transaction
                self.connection.on_commit(self._commit)
            else:
                self._commit()
        return result

    def _commit(self) -> None:
        self.committed = True


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def attempt(connection: Any) -> Iterator[Attempt]:
    """Watch what a request changes, so that it may be done once more."""
    made = Attempt(connection)
    token = _attempt.set(made)
    try:
        with connection.execute_wrapper(made.watch):
            yield made
    finally:
        _attempt.reset(token)


@contextmanager
def whole(connection: Any) -> Iterator[None]:
    """Hold a request's work in a transaction that ends within: a collision undoes all of it, and it is done once more."""
    made = _attempt.get()
    if made is None or connection.in_atomic_block:
        yield
        return
    made.whole = True
    try:
        yield
    finally:
        made.whole = False


def may_try_again(error: BaseException) -> bool:
    """Say whether the request at hand will be done once more after this error: whoever asks lets it pass."""
    made = _attempt.get()
    if made is None or made.last or made.committed or (made.connection.in_atomic_block and not made.whole):
        return False
    return wait_of(error) is Wait.COLLISION
