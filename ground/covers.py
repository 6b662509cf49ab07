"""What may be said of the households of a grid on a day: a registry that the rooms above fill.

The ground knows no household. What is registered here are the columns of the coverage page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from people.models import User


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both included: what happens is counted within it, what lasts as it stood on its last day."""

    first: date
    last: date


Collect = Callable[[User, str, Window], dict[int, int]]
"""(actor, path, window) → how many households of each base grid at or below the path; read through his own sight."""


@dataclass(frozen=True)
class Cover:
    """One thing that a household is or isn't: a column of the page. `promise` is the bank's own sentence for it."""

    key: str
    label: Any
    formula: Any
    collect: Collect
    promise: Any = ""
    opens: Mapping[str, str] = field(default_factory=dict)
    """Which filters of the list of customers, beside the grid, leave those that are counted today."""


_covers: list[Cover] = []


def cover(
    key: str, *, label: Any, formula: Any, promise: Any = "", opens: Mapping[str, str] | None = None
) -> Callable[[Collect], Collect]:
    """Register a function as a column, in the order in which they stand; the first counts all households."""

    def register(collect: Collect) -> Collect:
        if any(one.key == key for one in _covers):
            raise ValueError(f"Two columns are called {key}.")
        _covers.append(Cover(key, label, formula, collect, promise, opens or {}))
        return collect

    return register


def registered() -> list[Cover]:
    """Return every column, in the order of registration."""
    return list(_covers)
