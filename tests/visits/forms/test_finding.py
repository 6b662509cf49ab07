"""The forms that find visits and households."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.searching import Kind
from tests.factories import VisitFactory
from tests.visits.bodies import person_in
from visits.forms.finding import HouseholdPickForm, ListForm, TimelineForm, TodayForm


@pytest.mark.parametrize(
    ("query", "said"),
    [("after=x_y", "没有这一页"), ("household=x", "整数"), ("staff=x", "这个选项，请重新选择")],
)
def test_what_is_wrong_in_an_address_is_told_in_chinese(cast, client, query, said):
    client.force_login(cast.li)
    VisitFactory(customer=person_in(cast.grid_li))
    assert said in client.get(f"/visits/?{query}").text


@pytest.mark.parametrize("query", ["", "?grid=1&staff=1&mode=door"])
def test_a_page_reads_its_choices_once(large, client, query):
    client.force_login(large.zhao)
    client.get("/visits/")
    with CaptureQueriesContext(connection) as whole:
        assert client.get(f"/visits/{query}").status_code == 200
    asked = [one["sql"] for one in whole]
    assert len(asked) == len(set(asked))
    assert sum('FROM "grids_assignment"' in sql and "DISTINCT" in sql for sql in asked) == 2


def asked(actor, **data):
    form = ListForm({name: str(value) for name, value in data.items()}, actor=actor)
    return form, form.is_valid()


def test_nothing_asked_for_is_everything(cast):
    form, right = asked(cast.li)
    wanted = form.wanted()
    assert right
    assert (wanted.grid, wanted.staff_id, wanted.household_id, wanted.since, wanted.until) == (None,) * 5
    assert (wanted.mode, wanted.met, wanted.late) == ("", None, False)


def test_everything_asked_for_is_wanted(cast):
    form, right = asked(
        cast.li, grid=cast.grid_li.pk, staff=cast.li.pk, household=7, since="2026-03-01", until="2026-03-01",
        mode="phone", met="no", late="on",
    )  # fmt: skip
    assert right, form.errors
    wanted = form.wanted()
    assert (wanted.grid, wanted.staff_id, wanted.household_id) == (cast.grid_li, cast.li.pk, 7)
    assert (wanted.since, wanted.until) == (date(2026, 3, 1), date(2026, 3, 1))
    assert (wanted.mode, wanted.met, wanted.late) == ("phone", False, True)
    assert asked(cast.li, met="yes")[0].is_valid()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("grid", "x"), ("grid", "９"), ("grid", "9" * 400), ("grid", "-1"), ("staff", "0x1"), ("staff", "9" * 400),
        ("since", "2026-02-30"), ("since", "0000-00-00"), ("mode", "fly"), ("met", "true"), ("household", 0),
        ("household", 2**63), ("household", "1 or 1=1"),
    ],
)  # fmt: skip
def test_what_no_filter_can_be_is_wrong_in_its_field(cast, field, value):
    form, right = asked(cast.li, **{field: value})
    assert (right, list(form.errors)) == (False, [field])


def test_a_strangers_grid_and_his_people_are_wrong_like_those_that_do_not_exist(cast):
    for field, theirs in (("grid", cast.grid_wu.pk), ("staff", cast.wu.pk)):
        said = [asked(cast.li, **{field: key})[0].errors[field] for key in (theirs, 10**9)]
        assert said[0].as_text().replace(str(theirs), "#") == said[1].as_text().replace(str(10**9), "#")


def test_a_range_ends_no_sooner_than_it_starts(cast):
    form, right = asked(cast.li, since="2026-03-02", until="2026-03-01")
    assert (right, list(form.errors)) == (False, ["until"])
    assert asked(cast.li, since="2026-03-02")[1]
    assert asked(cast.li, until="2026-03-02")[1]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("", Kind.NOTHING), (" 8000 ", Kind.PHONE_TAIL), ("ldy", Kind.PINYIN), ("罗大", Kind.NAME), ("%", Kind.NAME)],
)  # fmt: skip
def test_what_was_typed_is_sorted_out(typed, kind):
    form = HouseholdPickForm({"q": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["q"].kind == kind


@pytest.mark.parametrize(
    "typed", ["13800138000", "138 0013 8000", "52272719800517101X", "１３８００１３８０００"]
)
def test_a_whole_number_is_refused_and_not_repeated_in_the_error(typed):
    form = HouseholdPickForm({"q": typed})
    assert not form.is_valid()
    assert not any(digit in form.errors["q"].as_text() for digit in "0123456789")


@pytest.mark.parametrize("key", ["0", "-1", "x", str(2**63), "9" * 400, "1.5"])
def test_a_household_is_named_by_its_key(key):
    assert list(HouseholdPickForm({"household": key}).errors) == ["household"]
    assert HouseholdPickForm({"household": "1"}).is_valid()


@pytest.mark.parametrize(
    ("why", "right"), [("", True), ("never", True), ("promised", True), ("x", False), ("Never", False)]
)
def test_the_day_is_cut_down_to_a_reason_that_there_is(why, right):
    assert TodayForm({"why": why}).is_valid() is right


def test_a_history_is_cut_short_unless_all_is_asked_for():
    for data, everything in (
        ({}, False),
        ({"all": "1"}, True),
        ({"all": "0"}, True),
        ({"all": "false"}, False),
    ):
        form = TimelineForm(data)
        assert form.is_valid()
        assert form.cleaned_data["all"] is everything


def test_what_is_asked_for_as_it_is_typed_waits_for_the_browsers_own_refusal():
    """A part of a page isn't led away from an address: HTMX asks whether the field is right before it sends."""
    attrs = HouseholdPickForm().fields["q"].widget.attrs
    assert "hx-get" in attrs
    assert (attrs["hx-validate"], re.fullmatch(attrs["pattern"], "13800138000")) == ("true", None)
