"""A page of any list: rows, filters, saved views, and what may be done with all of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from gridbank import listing
from gridbank.cells import Text
from gridbank.errors import Refused
from gridbank.listing import Asked, Found, Listing, Source, Tick, View
from gridbank.pages import query_with
from people.access import StaffRequest
from people.models import User
from people.selectors import views_of
from people.services import kept_of, list_taken


@dataclass(frozen=True)
class Act:
    """Something to do with ticked rows: what its button says, and the page that takes their keys and asks the rest."""

    label: Text
    url: str


@dataclass(frozen=True)
class Wanted:
    """What a list's page is made of; without a source nothing is shown, because the form is wrong."""

    listing: Listing[Any]
    form: forms.Form
    source: Source[Any] | None
    says: Callable[[int, str], str]
    """How many rows there are, in words: their number, and the number as it is written."""
    views: Sequence[View] = ()
    kept: Collection[str] = ()
    """Filters that say where one looks: a saved view leaves them as they are."""
    tick: Tick[Any] | None = None
    """How rows are ticked for an act of the room, whose form stands below the list; else they are ticked to be taken."""
    acts: Sequence[Act] = ()
    """What else may be done with rows that are ticked to be taken."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What the page shows besides."""


@dataclass(frozen=True)
class Book:
    """A list as it goes out: its title, a line on how it was narrowed, headings and rows, and who takes it."""

    title: str
    line: str
    headings: list[str]
    rows: list[list[Any]]
    taker: str


@dataclass(frozen=True)
class Bounds:
    """Up to how many rows a list goes out at once, and the page where it is asked for, "" where it can't be.

    Both are asked with the reader and the name of the list; the page with what its address asks besides.
    """

    free: Callable[[User, str], int]
    ask: Callable[[User, str, str], str]


Send = Callable[[Book], HttpResponse]
_senders: list[Send] = []
_bounds: list[Bounds] = []


def register_sender(send: Send, bounds: Bounds | None = None) -> None:
    """Let a room that writes workbooks send lists; called once, when it is ready."""
    _senders[:] = [send]
    _bounds[:] = [bounds] if bounds else []


def list_page(request: StaffRequest, template: str, wanted: Wanted, *, status: int = 200) -> HttpResponse:
    """Answer with the page that is asked for; `shown` are the keys of those of its rows that may be ticked."""
    query = listing.asked(request.GET, wanted.listing)
    found: Found[Any] = Found([], None, None)
    if wanted.source is not None:
        taken = _free(request, wanted) if query.take == "xlsx" else None
        found = listing.find(wanted.listing, query, wanted.source, taken=taken)
        if query.take == "xlsx":
            return _sent(request, wanted, query, found)
    shown = {**_frame(request, wanted, query), **_rows(request, wanted, query, found)}
    context = {**wanted.more, "form": wanted.form, "list": shown, "shown": _tickable(wanted, found)}
    return render(request, template, context, status=status)


def _free(request: StaffRequest, wanted: Wanted) -> int:
    """Return how many rows go out at once."""
    return min([listing.TAKEN, *(one.free(request.user, wanted.listing.name) for one in _bounds)])


def _where_asked(request: StaffRequest, wanted: Wanted) -> str:
    """Return the page where this list is asked for; "" where it can't be."""
    asked = urlencode(listing.kept(request))
    return next((one.ask(request.user, wanted.listing.name, asked) for one in _bounds), "")


def _sent(request: StaffRequest, wanted: Wanted, query: Asked, found: Found[Any]) -> HttpResponse:
    """Send the whole list, as it is narrowed, with the columns that are shown; a longer one is asked for.

    Raises Refused when it is too long and can't be asked for.
    """
    if found.after is not None:
        if where := _where_asked(request, wanted):
            return redirect(where)
        message = _("A workbook takes at most %(n)s rows. Choose less with a filter.")
        raise Refused(message % {"n": number_format(_free(request, wanted), force_grouping=True)})
    headings, rows = listing.table_of(listing.shown(wanted.listing, query), found.rows)
    chips = [f"{chip['label']}: {chip['value']}".rstrip(": ") for chip in listing.chips(request, wanted.form)]
    line = " · ".join([wanted.says(len(rows), number_format(len(rows), force_grouping=True)), *chips])
    filters = {name: request.GET.get(name, "") for name in wanted.form.fields}
    list_taken(actor=request.user, name=wanted.listing.name, filters=filters, rows=len(rows))
    taker = f"{request.user.name} {request.user.staff_no}"
    return _senders[0](Book(str(wanted.listing.title), line, headings, rows, taker))


def _tick(wanted: Wanted) -> Tick[Any]:
    """Return how rows are ticked: for the room's own act, or to be taken."""
    name = next(column for column in wanted.listing.columns if column.narrow == listing.Narrow.NAME)

    def called(row: Any) -> str:
        return str(name.take(row)) if name.take else str(row.pk)

    return wanted.tick or Tick("key", lambda row: str(row.pk), called)


def _tickable(wanted: Wanted, found: Found[Any]) -> list[str]:
    value = _tick(wanted).value
    return [key for row in found.rows if (key := value(row))]


def _frame(request: StaffRequest, wanted: Wanted, query: Asked) -> dict[str, Any]:
    """Return what stands around the rows."""
    form, columns = wanted.form, listing.shown(wanted.listing, query)
    visible = [bound for bound in form.visible_fields() if bound.name != "q"]
    hidden = [bound.name for bound in form.hidden_fields()]
    names = [bound.name for bound in visible]
    choices = [
        {"key": each.key, "label": each.label, "shown": each in columns}
        for each in wanted.listing.columns
        if each.narrow != listing.Narrow.NAME
    ]
    return {
        "title": wanted.listing.title,
        "search": form["q"] if "q" in form.fields and "q" not in hidden else None,
        "fields": visible,
        "chips": listing.chips(request, form) if form.is_valid() else [],
        **_views(request, wanted),
        "kept": listing.kept(request, "q", *names),
        "kept_beside_ticks": listing.kept(request),
        "kept_beside_columns": listing.kept(request, "cols"),
        "columns": choices,
        "heads": listing.heads(request, columns, query, wanted.source),
        "sizes": [
            {
                "size": size,
                "url": query_with(request, size=size, after=None, before=None),
                "current": size == query.size,
            }
            for size in listing.SIZES
        ],
        "filtered": any(request.GET.get(name) for name in form.fields),
        "printing": query.take == "print",
        "print_url": query_with(request, take="print", after=None, before=None),
        "excel_url": query_with(request, take="xlsx", after=None, before=None) if _senders else "",
        "ask_url": _where_asked(request, wanted) if form.is_valid() else "",
        "whole_url": query_with(request, take=None),
    }


def _views(request: StaffRequest, wanted: Wanted) -> dict[str, Any]:
    """Return the tabs: the room's views, then the reader's own; and what of the address could be kept as one."""
    now, own = kept_of(request.GET.urlencode()), views_of(actor=request.user, name=wanted.listing.name)
    tabs = listing.tabs(request, wanted.views, wanted.kept)
    mine = [
        {"label": one.name, "url": f"?{one.query}", "current": one.query == now, "pk": one.pk} for one in own
    ]
    if any(one["current"] for one in mine):
        tabs = [{**one, "current": False} for one in tabs]
    return {
        "tabs": [*tabs, *mine],
        "own_views": mine,
        "name": wanted.listing.name,
        "keeps": now,
        "path": request.path,
    }


def _rows(request: StaffRequest, wanted: Wanted, query: Asked, found: Found[Any]) -> dict[str, Any]:
    """Return the rows, how many there are, and where it goes on."""
    columns = listing.shown(wanted.listing, query)
    tick = _tick(wanted) if _tickable(wanted, found) and not query.take else None
    total = ""
    if found.total is not None:
        number = number_format(found.total, force_grouping=True)
        total = wanted.says(found.total, f"{number}+" if found.capped else number)
    return {
        "rows": listing.body(wanted.listing, columns, found.rows, tick) if found.rows else "",
        "ticks": tick is not None,
        "acts": tick is not None and wanted.tick is not None,
        "more_acts": wanted.acts,
        "folds": wanted.listing.fold is not None,
        "total": total,
        "pager": listing.pager(request, found),
        "lost": found.lost,
        "cut": _("Only the first %(n)s are printed. Choose less with a filter.") % {"n": len(found.rows)}
        if query.take and found.after is not None
        else "",
    }
