"""Forms of needs: raised, closed, found."""

import pytest

from needs.forms import NeedCloseForm, NeedFilterForm, NeedForm, NeedsCloseForm
from tests.factories import CustomerFactory, HouseholdFactory, NeedFactory


@pytest.fixture
def person(home):
    return CustomerFactory(household=home, name="李梅")


def raised(cast, home, **data):
    return NeedForm({"text": "买牛", **data}, actor=cast.li, household=home)


def test_a_need_is_a_text_and_the_rest_may_be_left_open(cast, home):
    form = raised(cast, home)
    assert form.is_valid()
    assert form.cleaned_data == {"text": "买牛", "due_on": None, "customer": None}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "  "),
        ("text", "牛" * 301),
        ("text", "牛\x00"),
        ("due_on", "2026-02-30"),
        ("due_on", "soon"),
        ("customer", "x"),
        ("customer", "0"),
        ("customer", "9" * 30),
    ],
)
def test_what_a_need_can_not_be(cast, home, field, value):
    assert list(raised(cast, home, **{field: value}).errors) == [field]


def test_whose_need_it_is_lives_in_the_household_and_in_sight(cast, home, person):
    assert raised(cast, home, customer=person.pk).is_valid()
    elsewhere = CustomerFactory(household=HouseholdFactory(grid=cast.grid_li))
    assert "customer" in raised(cast, home, customer=elsewhere.pk).errors
    form = NeedForm({"text": "买牛", "customer": person.pk}, actor=cast.wu, household=home)
    assert "customer" in form.errors


def test_people_who_are_read_already_are_not_read_again(cast, home, person, django_assert_num_queries):
    form = NeedForm(actor=cast.li, household=home)
    form.offer([person])
    with django_assert_num_queries(0):
        html = str(form["customer"])
    assert f'<option value="{person.pk}">李梅</option>' in html
    assert "整户" in html or html.count("<option") == 2


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_a_need_ends_in_one_of_two_ways_and_with_a_word(status):
    assert NeedCloseForm({"status": status, "outcome": "已办"}).is_valid()
    assert list(NeedCloseForm({"status": status, "outcome": " "}).errors) == ["outcome"]
    assert list(NeedCloseForm({"status": status, "outcome": "办" * 301}).errors) == ["outcome"]


def test_only_open_needs_of_ones_own_are_closed_together(cast):
    mine, theirs = (
        NeedFactory(household__grid=cast.grid_li), NeedFactory(household__grid=cast.grid_wu),
    )  # fmt: skip
    end = {"status": "done", "outcome": "已办"}
    assert NeedsCloseForm({**end, "needs": [mine.pk]}, actor=cast.li).is_valid()
    for wrong in ([mine.pk, theirs.pk], [], ["x"], ["9" * 40]):
        assert list(NeedsCloseForm({**end, "needs": wrong}, actor=cast.li).errors) == ["needs"], wrong


@pytest.mark.parametrize("status", ["", "open", "x"])
def test_a_need_is_not_closed_by_leaving_it_open(status):
    assert list(NeedCloseForm({"status": status, "outcome": "已办"}).errors) == ["status"]


def asked(cast, **query):
    form = NeedFilterForm({name: str(value) for name, value in query.items()}, actor=cast.chen)
    form.is_valid()
    return form


def test_the_lists_filters_are_read_into_what_the_selector_takes(cast):
    assert asked(cast).cleaned_data == {"grid": None, "due": ""}
    found = asked(cast, grid=cast.grid_li.pk, due="week").cleaned_data
    assert found == {"grid": cast.grid_li, "due": "week"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("grid", "x"),
        ("grid", "9" * 30),
        ("due", "month"),
    ],
)
def test_a_question_that_nobody_asks_is_an_error(cast, field, value):
    assert list(asked(cast, **{field: value}).errors) == [field]


def test_only_grids_in_sight_narrow_the_list(cast):
    assert "grid" in asked(cast, grid=cast.grid_wu.pk).errors
    offered = {grid.name for grid in asked(cast).fields["grid"].queryset}
    assert offered == {"东支行", "甲村", "乙村"}
