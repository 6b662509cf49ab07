"""A page of any list: what it shows when all is right, when the form is wrong, and when it is printed."""

import pytest
from django import forms
from django.test import RequestFactory

from gridbank import listing
from gridbank.listing import Column, Listing, Narrow, Source
from people import lists
from people.lists import Wanted
from people.models import User
from tests.factories import UserFactory

LIST = Listing(
    "people.accounts", "Accounts",
    (Column("name", "Name", lambda row: row.name, narrow=Narrow.NAME),),
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
