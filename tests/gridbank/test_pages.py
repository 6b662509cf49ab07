"""What all pages do alike: parts, keys, refusals beside their fields."""

from types import SimpleNamespace

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory

from gridbank import pages
from gridbank.errors import Refused, StaleEdit


class Form(forms.Form):
    name = forms.CharField()
    version = forms.CharField(required=False)


def request(query="", *, htmx=None):
    made = RequestFactory().get(f"/{query}")
    made.htmx = htmx
    return made


def htmx(*, boosted):
    return SimpleNamespace(boosted=boosted)


@pytest.mark.parametrize(
    ("asked", "part"), [(None, False), (htmx(boosted=False), True), (htmx(boosted=True), False)]
)
def test_a_part_is_given_to_htmx_and_not_to_a_boosted_link(asked, part):
    assert pages.wants_part(request(htmx=asked)) is part
    assert pages.part_of(request(htmx=asked), "a.html", "rows") == ("a.html#rows" if part else "a.html")


def test_a_page_goes_on_after_its_last_row_and_keeps_the_filters():
    first = pages.key_page(request("?due=week"), range(5), key=str, size=2)
    assert (first.rows, first.next_url, first.first_url) == ([0, 1], "?due=week&after=1", "")
    last = pages.key_page(request("?due=week&after=3"), iter([4]), key=str, size=2)
    assert (last.rows, last.next_url, last.first_url) == ([4], "", "?due=week")


def test_a_page_that_is_just_full_leads_nowhere():
    assert pages.key_page(request(), [0, 1], key=str, size=2).next_url == ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("7", 7),
        ("", None),
        ("x", None),
        ("-1", None),
        ("1.5", None),
        ("\u0661", None),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
    ],
)
def test_a_key_that_is_no_number_is_the_beginning(text, key):
    assert pages.key_asked(request(f"?after={text}")) == key


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (Refused("no", field="name"), "name"),
        (Refused("no", field="other"), "__all__"),
        (Refused("no"), "__all__"),
    ],
)
def test_a_refusal_stands_beside_its_field(error, place):
    form = Form(QueryDict("name=x"))

    def refuse(_data):
        raise error

    assert not pages.written(form, refuse)
    assert form.errors == {place: ["no"]}


def test_a_valid_form_is_written_once_and_an_invalid_one_not_at_all():
    done = []
    assert pages.written(Form(QueryDict("name=x")), done.append)
    assert not pages.written(Form(QueryDict("")), done.append)
    assert [data["name"] for data in done] == ["x"]


def test_after_a_stale_edit_the_next_save_is_a_knowing_one():
    form = Form(QueryDict("name=x&version=1"))
    form.is_valid()
    error = StaleEdit.__new__(StaleEdit)
    Refused.__init__(error, "changed")
    error.version = 3
    pages.add_refusal(form, error)
    assert form.data["version"] == "3"
