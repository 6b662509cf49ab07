"""A list of any room: its columns, orders, filters, views and acts are described, and every list is drawn alike.

What is asked stands in the address, beside the filters: `sort` (a column, `-` from its end), `size`, `cols`,
`after` or `before` (a key), `take` (all of it, on paper or as a workbook; of rows that were ticked, `key` each).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString

from gridbank.cells import Text, html, joined, safe
from gridbank.keyset import Cut, Order, cut, key_of
from gridbank.pages import query_with

Row = TypeVar("Row")
SIZES = (25, 50, 100)
# further a total is not counted
COUNTED = 10_000
# as much as a page can carry
PRINTED = 1_000
# as much as one request can write
TAKEN = 20_000
BY_KEY = Order()
OWN = ("sort", "size", "cols", "after", "before", "take", "key")


class Narrow(StrEnum):
    """Where a cell stands on a phone, whose rows have two lines."""

    NAME = "name"
    """First, and wide: what the row is called."""
    TOP = "top"
    """At the end of the first line: its state."""
    LINE = "line"
    """On the second line."""
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: what is drawn in its cells, what goes into a workbook, how the list is sorted by it."""

    key: str
    label: Text
    draw: Callable[[Row], Text]
    take: Callable[[Row], Any] | None = None
    order: Order | None = None
    falls: bool = False
    """Whether what is seen falls when the list is sorted by it first."""
    indexed: bool = False
    """Whether a list of any length can be sorted by it."""
    style: str = ""
    narrow: Narrow = Narrow.LINE
    labelled: bool = False
    """Whether its cells say on a phone what they are."""
    extra: bool = False
    """Whether it is shown only when asked for."""


@dataclass(frozen=True)
class Below:
    """A row that folds out below another, in the same columns."""

    mark: str
    cells: Mapping[str, Text]


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A kind of list. `mark` names a row on its page: `visit-12`."""

    name: str
    title: Text
    columns: tuple[Column[Row], ...]
    mark: Callable[[Row], str]
    order: Order = BY_KEY
    sort: str = ""
    """The column whose order is the list's own, if it is one's."""
    size: int = 50
    fold: Callable[[Row], tuple[str, Sequence[Below]]] | None = None
    """What folds out below a row, and what that is called."""


@dataclass(frozen=True)
class View:
    """A saved view: its filters, and how many rows it has where somebody counted them."""

    label: Text
    filters: Mapping[str, str]
    count: int | None = None


@dataclass(frozen=True)
class Tick(Generic[Row]):
    """How rows are ticked: the name under which their keys are sent, and which may be."""

    name: str
    value: Callable[[Row], str]
    label: Callable[[Row], Text]
    checked: Collection[str] = ()


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list, beside its filters."""

    sort: str
    turned: bool
    size: int
    columns: tuple[str, ...]
    after: str
    before: str
    take: str
    keys: tuple[str, ...] = ()
    """Of what is taken, only these: the rows that somebody ticked."""


@dataclass(frozen=True)
class Source(Generic[Row]):
    """The rows that fit the filters, how they are read, and what may be done with so many of them."""

    rows: QuerySet[Any]
    read: Callable[[Any], list[Row]]
    among: QuerySet[Any] | None = None
    few: bool = False
    """Whether they can be sorted by anything: of many only by what has an index."""
    sortable: bool = True
    most: int | None = COUNTED
    """How far they are counted; None where counting costs more than it tells."""


@dataclass(frozen=True)
class Found(Cut[Row]):
    """A page of a list, how many rows there are, and whether there are more than anybody counted."""

    total: int | None = None
    capped: bool = False
    lost: bool = False
    """Whether the page's key is none."""


def asked(query: QueryDict, listing: Listing[Any]) -> Asked:
    """Read what is asked; what nobody offered is passed over."""
    sort, columns = query.get("sort", ""), {column.key: column for column in listing.columns}
    plain, size = sort.removeprefix("-"), query.get("size", "")
    known = plain in columns and columns[plain].order is not None
    return Asked(
        sort=plain if known else listing.sort,
        turned=known and sort.startswith("-"),
        size=int(size) if size in map(str, SIZES) else listing.size,
        columns=tuple(key for key in query.getlist("cols") if key in columns),
        after=query.get("after", ""),
        before=query.get("before", ""),
        take=query.get("take", ""),
        keys=tuple(query.getlist("key")[: max(SIZES)]) if query.get("take") else (),
    )


def shown(listing: Listing[Row], wanted: Asked) -> list[Column[Row]]:
    """Return the columns that are shown: those asked for, the name always."""
    chosen = set(wanted.columns)
    return [
        column
        for column in listing.columns
        if column.narrow == Narrow.NAME or (column.key in chosen if chosen else not column.extra)
    ]


def _order(listing: Listing[Any], wanted: Asked, source: Source[Any]) -> Order:
    order = listing.order
    for column in listing.columns:
        if column.key == wanted.sort and column.order and (source.sortable or column.indexed):
            order = column.order.turned() if wanted.turned else column.order
    return replace(order, few=source.few)


def find(
    listing: Listing[Row], wanted: Asked, source: Source[Row], *, taken: int | None = None
) -> Found[Row]:
    """Read the page that is asked for; of what is taken as a whole, all, as far as it goes, or as far as `taken`."""
    ends: dict[str, Any] = {"after": None, "before": None}
    rows = source.rows
    size = {"print": PRINTED, "xlsx": TAKEN if taken is None else min(taken, TAKEN)}.get(
        wanted.take, wanted.size
    )
    try:
        ends |= {name: key_of(rows, text) for name in ends if (text := getattr(wanted, name))}
        if wanted.keys:
            rows = rows.filter(pk__in=[key_of(rows, text) for text in wanted.keys])
    except ValueError:
        return Found([], None, None, lost=True)
    page = cut(
        rows,
        order=_order(listing, wanted, source),
        read=source.read,
        size=size,
        among=source.among,
        **ends,
    )
    total, capped = _counted(page, source)
    return Found(page.rows, page.after, page.before, total, capped)


def _counted(page: Cut[Any], source: Source[Any]) -> tuple[int | None, bool]:
    if page.after is None and page.before is None:
        return len(page.rows), False
    if source.most is None:
        return None, False
    found = source.rows.order_by()[: source.most + 1].count()
    return min(found, source.most), found > source.most


def chips(request: HttpRequest, form: forms.Form) -> list[dict[str, Any]]:
    """Return each filter in force in words, with the address without it."""
    found = []
    for name, value in form.cleaned_data.items():
        if not request.GET.get(name) or value in (None, "", False) or name == "q":
            continue
        bound = form[name]
        found.append(
            {
                "label": str(bound.label or name),
                "value": _value(bound, value),
                "url": query_with(request, **{name: None, "after": None, "before": None}),
            }
        )
    return found


def told(query: QueryDict, form: forms.Form) -> list[str]:
    """Return each filter in force in words; what was searched for isn't said."""
    found = []
    for name, value in form.cleaned_data.items():
        if query.get(name) and value not in (None, "", False) and name != "q":
            bound = form[name]
            found.append(f"{bound.label or name}: {_value(bound, value)}".rstrip(": "))
    return found


def _value(bound: forms.BoundField, value: Any) -> str:
    """Return a filter's value as its field shows it; a tick says nothing more than its name."""
    if value is True:
        return ""
    if isinstance(bound.field, forms.ModelChoiceField):
        return str(value)
    if isinstance(bound.field, forms.ChoiceField):
        choices: Any = bound.field.choices
        names = {str(key): str(label) for key, label in choices}
        return names.get(str(bound.value()), str(bound.value()))
    return str(bound.value())


def tabs(request: HttpRequest, views: Sequence[View], kept: Collection[str]) -> list[dict[str, Any]]:
    """Return the saved views with their addresses. They keep where one looks, `kept`, and how rows are shown."""
    still = {*kept, "sort", "size", "cols"}
    base = {name: values for name, values in request.GET.lists() if name in still and any(values)}
    now = {
        name: value for name, value in request.GET.items() if value and name not in still and name not in OWN
    }
    found = []
    for view in views:
        query = QueryDict(mutable=True)
        for name, values in base.items():
            query.setlist(name, values)
        query.update(dict(view.filters))
        current = now == dict(view.filters)
        found.append(
            {"label": view.label, "count": view.count, "url": f"?{query.urlencode()}", "current": current}
        )
    return found


def heads(
    request: HttpRequest, columns: Sequence[Column[Any]], wanted: Asked, source: Source[Any] | None
) -> list[dict[str, Any]]:
    """Return what stands above the columns: a sorted one says so, another that can be sorted offers it."""
    found = []
    for column in columns:
        sorts = column.order is not None and source is not None and (source.sortable or column.indexed)
        state, target = "", column.key
        if sorts and column.key == wanted.sort:
            state = "descending" if column.falls is not wanted.turned else "ascending"
            target = column.key if wanted.turned else f"-{column.key}"
        found.append(
            {
                "label": column.label,
                "style": f"{column.style} cell--{column.narrow}".strip(),
                "state": state,
                "url": query_with(request, sort=target, after=None, before=None) if sorts else "",
            }
        )
    return found


class _Cells(Generic[Row]):
    """How the cells of the columns are written: worked out once for all rows."""

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        forms = []
        for column in columns:
            name, label = column.narrow == Narrow.NAME, str(column.label) if column.labelled else ""
            style = html(' class="{}"', f"{column.style} cell--{column.narrow}".strip())
            said = html(' data-label="{}"', label) if label else ""
            forms.append((f'<th scope="row"{style}>', "</th>") if name else (f"<td{style}{said}>", "</td>"))
        self.forms = forms

    def write(self, drawn: Iterable[Text]) -> SafeString:
        """Write a row's cells."""
        cells = (f"{a}{safe(text)}{b}" for (a, b), text in zip(self.forms, drawn, strict=True))
        # what opens a cell was written above, and what stands in it is made safe
        return SafeString("".join(cells))


TICK = (
    '<td class="cell--tick"><input type="checkbox" form="ticked" name="{}" value="{}" aria-label="{}"{}></td>'
)
FOLD = '<td class="cell--fold"><input type="checkbox" class="fold" aria-label="{}"></td>'
UNTICKED = html('<td class="cell--tick"></td>')
UNFOLDED = html('<td class="cell--fold"></td>')
CHECKED = html(" checked")


def body(
    listing: Listing[Row], columns: Sequence[Column[Row]], rows: Iterable[Row], tick: Tick[Row] | None
) -> SafeString:
    """Write the rows; what folds out below one stands with it in a body of their own."""
    cells, found = _Cells(columns), []
    for row in rows:
        before = [_tick(tick, row)] if tick else []
        below: SafeString | str = ""
        if listing.fold:
            name, under = listing.fold(row)
            before.append(html(FOLD, name) if under else UNFOLDED)
            below = _below(cells, columns, under, ticked=tick is not None)
        own = cells.write(column.draw(row) for column in columns)
        line = html('<tr id="{}">{}{}</tr>', listing.mark(row), joined("", before), own)
        found.append(html("<tbody>{}{}</tbody>", line, below) if listing.fold else line)
    return joined("", found) if listing.fold else html("<tbody>{}</tbody>", joined("", found))


def _tick(tick: Tick[Row], row: Row) -> SafeString:
    value = tick.value(row)
    if not value:
        return UNTICKED
    return html(TICK, tick.name, value, tick.label(row), CHECKED if value in tick.checked else "")


def _below(
    cells: _Cells[Any], columns: Sequence[Column[Any]], rows: Sequence[Below], *, ticked: bool
) -> SafeString:
    lead = joined("", [UNTICKED, UNFOLDED] if ticked else [UNFOLDED])
    lines = []
    for each in rows:
        own = cells.write(each.cells.get(one.key, "") for one in columns)
        lines.append(html('<tr id="{}" class="below">{}{}</tr>', each.mark, lead, own))
    return joined("", lines)


def table_of(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> tuple[list[str], list[list[Any]]]:
    """Return a list as a workbook takes it: headings, and rows of plain values."""
    taken = [(str(column.label), column.take) for column in columns if column.take]
    return [label for label, _take in taken], [[take(row) for _label, take in taken] for row in rows]


def pager(request: HttpRequest, found: Found[Any]) -> dict[str, str]:
    """Return the addresses of the pages beside this one."""
    return {
        "next_url": query_with(request, after=found.after, before=None) if found.after is not None else "",
        "previous_url": query_with(request, before=found.before, after=None)
        if found.before is not None
        else "",
        "first_url": query_with(request, after=None, before=None) if found.lost else "",
    }


def kept(request: HttpRequest, *without: str) -> list[tuple[str, str]]:
    """Return what a form that changes the address sends along: everything but what it asks itself, and the page."""
    left_out = {*without, "after", "before", "take", "key"}
    return [
        (name, value)
        for name, values in request.GET.lists()
        if name not in left_out
        for value in values
        if value
    ]
