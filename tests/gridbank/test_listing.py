"""A list's description: what an address asks of it, and how its heads, rows, chips and views are written."""

from types import SimpleNamespace

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory

from gridbank import listing
from gridbank.keyset import Order
from gridbank.listing import Below, Column, Listing, Narrow, Source, Tick, View

COLUMNS = (
    Column("name", "Name", lambda row: row.name, order=Order("name"), narrow=Narrow.NAME, indexed=True),
    Column("days", "Days", lambda row: row.days, order=Order("days"), falls=True, style="num", labelled=True),
    Column("more", "More", lambda row: "more", extra=True),
)
LIST = Listing("a.list", "A list", COLUMNS, lambda row: f"row-{row.pk}", sort="name")
ROWS = [SimpleNamespace(pk=1, name="<b>", days=3), SimpleNamespace(pk=2, name="乙", days=4)]


class Form(forms.Form):
    q = forms.CharField(required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any"), ("a", "Alpha")])
    late = forms.BooleanField(label="Late", required=False)


def request(query=""):
    return RequestFactory().get(f"/{query}")


def asked(query=""):
    return listing.asked(QueryDict(query), LIST)


@pytest.mark.parametrize(
    ("query", "sort", "turned", "size", "columns"),
    [
        ("", "name", False, 50, ()),
        ("sort=-days&size=100&cols=days&cols=x", "days", True, 100, ("days",)),
        ("sort=more&size=7", "name", False, 50, ()),
        ("sort=--days&size=-25", "name", False, 50, ()),
    ],
)
def test_what_nobody_offered_is_passed_over(query, sort, turned, size, columns):
    found = asked(query)
    assert (found.sort, found.turned, found.size, found.columns) == (sort, turned, size, columns)


def test_the_name_is_always_shown_and_more_only_when_asked_for():
    assert [one.key for one in listing.shown(LIST, asked())] == ["name", "days"]
    assert [one.key for one in listing.shown(LIST, asked("cols=more"))] == ["name", "more"]


def test_a_head_says_how_the_list_is_sorted_and_turns_it():
    source = Source(None, list, sortable=True)
    name, days = listing.heads(request("?kind=a"), COLUMNS[:2], asked(), source)
    assert (name["state"], name["url"], days["url"]) == (
        "ascending",
        "?kind=a&sort=-name",
        "?kind=a&sort=days",
    )
    _name, days = listing.heads(request(), COLUMNS[:2], asked("sort=days"), source)
    assert (days["state"], days["url"]) == ("descending", "?sort=-days")
    _name, days = listing.heads(request(), COLUMNS[:2], asked(), Source(None, list, sortable=False))
    assert days["url"] == ""


def test_rows_are_written_with_what_somebody_typed_as_text():
    text = listing.body(LIST, COLUMNS[:2], ROWS, None)
    assert text == (
        '<tbody><tr id="row-1"><th scope="row" class="cell--name">&lt;b&gt;</th>'
        '<td class="num cell--line" data-label="Days">3</td></tr>'
        '<tr id="row-2"><th scope="row" class="cell--name">乙</th>'
        '<td class="num cell--line" data-label="Days">4</td></tr></tbody>'
    )


def test_rows_are_ticked_and_fold_out():
    tick = Tick("key", lambda row: str(row.pk) if row.pk == 1 else "", lambda row: row.name, checked={"1"})
    folded = Listing(
        "a.list", "A list", COLUMNS, LIST.mark,
        fold=lambda row: ("Below", [Below("below-1", {"name": "<i>"})] if row.pk == 1 else []),
    )  # fmt: skip
    text = listing.body(folded, COLUMNS[:2], ROWS, tick)
    assert text.count("<tbody>") == 2
    assert text.count('name="key" value="1" aria-label="&lt;b&gt;" checked') == 1
    assert text.count('class="fold"') == 1
    assert '<tr id="below-1" class="below">' in text
    assert "&lt;i&gt;" in text


def test_filters_in_force_are_chips_with_the_address_without_them():
    at = request("?q=x&kind=a&late=on&after=3&sort=days")
    form = Form(at.GET)
    assert form.is_valid()
    kind, late = listing.chips(at, form)
    assert (kind["label"], kind["value"], kind["url"]) == ("Kind", "Alpha", "?q=x&late=on&sort=days")
    assert (late["label"], late["value"]) == ("Late", "")


def test_a_view_keeps_where_one_looks_and_knows_when_it_is_shown():
    views = [View("All", {}), View("Late", {"late": "on"}, 3)]
    at = request("?branch=2&late=on&sort=days&after=4")
    everything, late = listing.tabs(at, views, ("branch",))
    assert (everything["url"], everything["current"]) == ("?branch=2&sort=days", False)
    assert (late["url"], late["current"], late["count"]) == ("?branch=2&sort=days&late=on", True, 3)


def test_a_form_that_changes_the_address_sends_the_rest_along():
    at = request("?q=x&kind=&cols=a&cols=b&after=3&take=print")
    assert listing.kept(at, "q") == [("cols", "a"), ("cols", "b")]


def test_pages_beside_this_one_keep_everything_else():
    found = listing.Found([1], after=9, before=None)
    assert listing.pager(request("?kind=a&after=3"), found) == {
        "next_url": "?kind=a&after=9", "previous_url": "", "first_url": "",
    }  # fmt: skip
    lost = listing.Found([], None, None, lost=True)
    assert listing.pager(request("?kind=a&after=x"), lost)["first_url"] == "?kind=a"
