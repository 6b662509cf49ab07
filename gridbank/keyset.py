"""Lists that go on by key: what follows a row, and a page cut off between two keys. Its cost doesn't grow with depth."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db.models import Q, QuerySet

Row = TypeVar("Row")
# what no row fits
NONE = Q(pk__in=[])


def behind(row: Any, *order: str) -> Q:
    """Return what follows a row in an order of fields; `-` falls, and of a field with `?` the empty come last."""
    found: Q | None = None
    for name in reversed(order):
        field, empty_last = name.strip("-?"), name.endswith("?")
        value = getattr(row, field)
        beyond = (
            Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value}) if value is not None else NONE
        )
        if empty_last and value is not None:
            beyond |= Q(**{field: None})
        found = beyond if found is None else beyond | Q(**{field: value}) & found
    return found or NONE


@dataclass(frozen=True)
class Cut(Generic[Row]):
    """A page's rows, and the keys of the pages beside it: None where there is none."""

    rows: list[Row]
    after: int | None
    before: int | None


def cut(
    rows: QuerySet[Any],
    *,
    after: int | None,
    before: int | None,
    by: Any,
    read: Callable[[Any], list[Row]],
    size: int,
) -> Cut[Row]:
    """Cut the page after or before a primary key; `by` is how the database is asked for their order."""
    backwards = before is not None
    if backwards:
        found = read(rows.filter(pk__lt=before).order_by(by.desc())[: size + 1])
    else:
        found = read((rows if after is None else rows.filter(pk__gt=after)).order_by(by)[: size + 1])
    more, shown = len(found) > size, found[:size]
    if not shown:
        return Cut([], after=None, before=None)
    if backwards:
        shown.reverse()
    earlier, later = (more, True) if backwards else (after is not None, more)
    first, last = cast("Any", shown[0]), cast("Any", shown[-1])
    return Cut(shown, after=last.pk if later else None, before=first.pk if earlier else None)
