"""The reasons there are: every module of `reasons` is one."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from visits.cadence import reasons
from visits.cadence.reason import Reason


def _found() -> tuple[Reason, ...]:
    names = sorted(module.name for module in iter_modules(reasons.__path__))
    found: list[Reason] = [import_module(f"{reasons.__name__}.{name}").REASON for name in names]
    return tuple(sorted(found, key=lambda reason: reason.rank))


# the most pressing first
REASONS = _found()


def choices() -> list[tuple[str, Any]]:
    """Return the reasons for a menu, the most pressing first."""
    return [(reason.key, reason.label) for reason in REASONS]
