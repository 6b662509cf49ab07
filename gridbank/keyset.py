"""Lists that go on by key: what follows a row, and a page cut off between two keys. Its cost doesn't grow with depth."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, Self, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import F, Func, Q, QuerySet
from django.db.models.expressions import OrderBy

Row = TypeVar("Row")
# what no row fits
NONE = Q(pk__in=[])
# a number, or a UUID
KEY = re.compile(r"[0-9a-f][0-9a-f-]{0,35}")


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


class _Sorted(Func):
    """A column whose order the database can't take from an index: few of many are sorted, not looked for in order."""

    function = "COALESCE"

    def __init__(self, field: str) -> None:
        super().__init__(F(field), F(field))


@dataclass(frozen=True)
class Order:
    """An order by one column and then by key, both rising or both falling; without a column by key alone.

    `empty` says where rows stand whose column may be empty. `few` says that sorting what fits is cheaper than
    walking along an index until enough of it is found.
    """

    field: str = ""
    falling: bool = False
    empty: Literal["", "first", "last"] = ""
    few: bool = False

    def turned(self) -> Self:
        """Return the same order from its end."""
        ends: dict[str, Any] = {"": "", "first": "last", "last": "first"}
        return replace(self, falling=not self.falling, empty=ends[self.empty])

    def by(self) -> list[OrderBy]:
        """Return how the database is asked for it, among rows that all have the column or all have none."""
        columns: list[Any] = [_Sorted(name) if self.few else F(name) for name in (self.field, "pk") if name]
        return [column.desc() if self.falling else column.asc() for column in columns]

    def parts(self) -> list[Q]:
        """Return the parts of the list, one behind the other: those without the column are a part of their own."""
        if not self.empty:
            return [Q()]
        known, unknown = Q(**{f"{self.field}__isnull": False}), Q(**{self.field: None})
        return [unknown, known] if self.empty == "first" else [known, unknown]

    def parts_behind(self, value: Any, pk: Any) -> list[Q]:
        """Return the parts that follow a row: each is found through an index without looking at what lies before."""
        beyond = "lt" if self.falling else "gt"
        same = Q(**{f"pk__{beyond}": pk})
        if not self.field:
            return [same]
        if value is None:
            rest = self.parts()[1:] if self.empty == "first" else []
            return [same & Q(**{self.field: None}), *rest]
        found = [same & Q(**{self.field: value}), Q(**{f"{self.field}__{beyond}": value})]
        return [*found, self.parts()[1]] if self.empty == "last" else found


@dataclass(frozen=True)
class Cut(Generic[Row]):
    """A page's rows, and the keys of the pages beside it: None where there is none."""

    rows: list[Row]
    after: Any
    before: Any


def cut(
    rows: QuerySet[Any],
    *,
    order: Order,
    after: Any = None,
    before: Any = None,
    read: Callable[[Any], list[Row]],
    size: int,
    among: QuerySet[Any] | None = None,
) -> Cut[Row]:
    """Cut the page that follows or precedes the row of a key; `read` makes of a queryset what is shown, with its `pk`.

    A key's row may have left the list since: `among` are the rows in which it is still looked for.
    """
    backwards = before is not None
    way, key = (order.turned(), before) if backwards else (order, after)
    found: list[Row] = []
    for part in way.parts() if key is None else _behind(rows if among is None else among, way, key):
        left = size + 1 - len(found)
        if left > 0:
            found += read(rows.filter(part).order_by(*way.by())[:left])
    more, shown = len(found) > size, found[:size]
    if not shown:
        return Cut([], after=None, before=None)
    if backwards:
        shown.reverse()
    earlier, later = (more, True) if backwards else (after is not None, more)
    first, last = cast("Any", shown[0]), cast("Any", shown[-1])
    return Cut(shown, after=last.pk if later else None, before=first.pk if earlier else None)


def _behind(rows: QuerySet[Any], order: Order, key: Any) -> list[Q]:
    """Return the parts behind a key. Where the key's row stands is asked of the row itself: no address tells a name."""
    if not order.field:
        return order.parts_behind(None, key)
    plain: QuerySet[Any] = rows.order_by().filter(pk=key)
    stands = list(plain.values_list(order.field, flat=True)[:1])
    return order.parts_behind(stands[0], key) if stands else [NONE]


def key_of(rows: QuerySet[Any], text: str) -> Any:
    """Read a key from an address. Raises ValueError for what is no key of any row."""
    field = rows.model._meta.pk
    if not KEY.fullmatch(text):
        raise ValueError(text)
    try:
        key = field.to_python(text)
        field.run_validators(key)
    except ValidationError as error:
        raise ValueError(text) from error
    return key
