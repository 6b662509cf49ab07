"""Who does which kind of job: filled by the rooms above, beside the code that does the work."""

from collections.abc import Callable
from typing import Any

from jobs.leases import Lease

Work = Callable[[Lease], dict[str, Any]]
_handlers: dict[str, Work] = {}


def handler(kind: str) -> Callable[[Work], Work]:
    """Register the function that does jobs of a kind; it gets the lease and returns the result."""

    def register(work: Work) -> Work:
        _handlers[kind] = work
        return work

    return register


def handler_of(kind: str) -> Work:
    """Return the function that does jobs of a kind. Raises KeyError."""
    return _handlers[kind]
