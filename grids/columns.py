"""Numbers about a grid that apps downstream hold and the API says beside the grid's own: a registry they fill."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from grids.models import Grid

Make = Callable[[], Any]
_columns: dict[str, Make] = {}


def register(name: str, make: Make) -> None:
    """Add a whole number, made by an expression over the grid's row; called once, when its app is ready."""
    _columns[name] = make


def names() -> list[str]:
    """Return what is registered."""
    return list(_columns)


def with_columns(rows: QuerySet[Grid]) -> QuerySet[Grid]:
    """Return the rows with every registered number."""
    return rows.annotate(**{name: make() for name, make in _columns.items()})
