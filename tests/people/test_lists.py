"""A page of any list: what it shows when all is right, when the form is wrong, and when it is printed."""

import pytest
from django import forms
from django.test import RequestFactory

from audit.models import AuditEvent
from gridbank import listing
from gridbank.errors import Refused
from gridbank.listing import Column, Listing, Narrow, Source
from people import lists
from people.lists import Wanted
from people.models import User
from tests.factories import UserFactory

LIST = Listing(
    "people.accounts", "Accounts",
    (
        Column("name", "Name", lambda row: row.name, lambda row: row.name, narrow=Narrow.NAME),
        Column("seen", "Seen", lambda row: "x"),
    ),
    lambda row: f"account-{row.pk}",
)  # fmt: skip


class Form(forms.Form):
    q = forms.CharField(required=False)
    role = forms.ChoiceField(required=False, choices=[("", "Any"), ("x", "X")])


@pytest.fixture
def shown(db, monkeypatch):
    monkeypatch.setattr(lists, "render", lambda _request, _template, context, **_more: context)

    def show(query=""):
        at = RequestFactory().get(f"/{query}")
        at.user = UserFactory(name="取", staff_no=f"N{User.objects.count()}")
        form = Form(at.GET)
        source = Source(User.objects.filter(name="同名"), list) if form.is_valid() else None
        wanted = Wanted(LIST, form, source, lambda _n, written: f"{written} people", more={"besides": 1})
        return lists.list_page(at, "x.html", wanted)

    return show


def test_a_page_says_how_many_there_are_and_where_it_goes_on(shown, monkeypatch):
    made = UserFactory.create_batch(30, name="同名")
    monkeypatch.setattr(listing, "COUNTED", 10)
    page = shown("?size=25")
    assert page["besides"] == 1
    assert page["list"]["total"] == "30 people"
    assert page["list"]["rows"].count("<tr ") == 25
    assert page["list"]["pager"]["next_url"] == f"?size=25&after={made[24].pk}"
    assert [one["current"] for one in page["list"]["sizes"]] == [True, False, False]


def test_a_wrong_form_shows_nothing(shown):
    UserFactory(name="同名")
    page = shown("?role=y")
    assert (page["list"]["rows"], page["list"]["total"]) == ("", "")
    assert page["form"].errors


def test_what_is_printed_is_all_as_far_as_it_goes(shown, monkeypatch):
    UserFactory.create_batch(3, name="同名")
    assert (shown("?take=print")["list"]["printing"], shown("?take=print")["list"]["cut"]) == (True, "")
    monkeypatch.setattr(listing, "PRINTED", 2)
    page = shown("?take=print")["list"]
    assert page["rows"].count("<tr ") == 2
    assert "2" in page["cut"]


def test_only_what_is_filtered_is_said_to_be(shown):
    assert not shown("?size=25")["list"]["filtered"]
    assert shown("?role=x")["list"]["filtered"]


def test_a_workbook_takes_all_that_fits_and_the_trail_knows(shown, monkeypatch):
    UserFactory.create_batch(30, name="同名")
    monkeypatch.setattr(lists, "_senders", [lambda book: book])
    book = shown("?take=xlsx&size=25&q=某人&role=x")
    assert (book.headings, len(book.rows), book.rows[0]) == (["Name"], 30, ["同名"])
    assert book.line == "30 people · Role: X"
    event = AuditEvent.objects.get(action="list.taken")
    assert event.details == {"list": "people.accounts", "rows": 30, "filters": {"q": "*", "role": "x"}}


def test_what_is_too_long_for_a_workbook_is_refused_and_nothing_is_taken(shown, monkeypatch):
    UserFactory.create_batch(3, name="同名")
    monkeypatch.setattr(listing, "TAKEN", 2)
    with pytest.raises(Refused):
        shown("?take=xlsx")
    assert not AuditEvent.objects.filter(action="list.taken").exists()


def test_of_what_is_ticked_only_that_is_taken(shown, monkeypatch):
    made = UserFactory.create_batch(3, name="同名")
    monkeypatch.setattr(lists, "_senders", [lambda book: book])
    assert f'name="key" value="{made[0].pk}" aria-label="同名"' in shown()["list"]["rows"]
    ticked = f"key={made[0].pk}&key={made[2].pk}"
    assert len(shown(f"?take=xlsx&{ticked}").rows) == 2
    printed = shown(f"?take=print&{ticked}")["list"]
    assert (printed["rows"].count("<tr "), printed["ticks"]) == (2, False)
    assert shown(f"?{ticked}")["list"]["rows"].count("<tr ") == 3, "ticks narrow nothing but what is taken"
    assert shown("?take=print&key=x")["list"]["lost"]
