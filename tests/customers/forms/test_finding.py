"""Forms that find people and households: what may be asked for, and what must not travel in an address."""

import re

import pytest

from customers.conditions import Wanted
from customers.forms.finding import NOT_PRIVATE, ListForm, NumberForm
from customers.searching import Kind
from tests.customers.filling import ADULT, PHONE
from tests.factories import GridFactory


def asked(actor, **query):
    form = ListForm({name: str(value) for name, value in query.items()}, actor=actor)
    form.is_valid()
    return form


def offered(form, name):
    return [str(label) for value, label in getattr(form.fields[name].widget, "choices", []) if value]


@pytest.mark.parametrize("number", [ADULT, PHONE, f" {ADULT[:6]} {ADULT[6:]}", "+86 138 0013 8000", "1" * 30])
def test_a_whole_number_is_refused_by_the_browser_and_by_the_form(cast, number):
    """The browser's pattern is a courtesy; what arrives all the same is refused, and said without the number."""
    form = asked(cast.li, q=number)
    assert form.has_error("q", code="private")
    assert number.strip() not in str(form.errors)
    assert not re.fullmatch(NOT_PRIVATE, number)


@pytest.mark.parametrize("text", ["", "曾小明", "zxm", "8000", "0854-8000", "李 13800", "' or 1=1"])
def test_what_is_no_whole_number_may_be_sent(cast, text):
    assert re.fullmatch(NOT_PRIVATE, text)
    assert not asked(cast.li, q=text).has_error("q", code="private")


@pytest.mark.parametrize("text", ["123", "12345", "1234567"])
def test_a_piece_of_a_number_is_asked_for_in_full_or_by_its_end(cast, text):
    form = asked(cast.li, q=text)
    assert list(form.errors) == ["q"]
    assert not form.has_error("q", code="private")


def test_a_manager_is_offered_his_grids_a_branch_its_own_and_the_head_office_its_branches(cast):
    li, chen, zhao = (asked(actor) for actor in (cast.li, cast.chen, cast.zhao))
    assert (offered(li, "branch"), offered(li, "grid")) == ([], ["甲村"])
    assert (offered(chen, "branch"), offered(chen, "grid")) == ([], ["甲村", "乙村"])
    assert (offered(zhao, "branch"), offered(zhao, "grid")) == (["东支行", "西支行"], [])
    assert [form.fields["branch"].widget.is_hidden for form in (li, chen, zhao)] == [True, True, False]


def test_a_chosen_branch_opens_its_grids_and_a_chosen_grid_stays_named(cast):
    form = asked(cast.zhao, branch=cast.east.pk)
    assert offered(form, "grid") == ["甲村", "乙村"]
    form = asked(cast.zhao, grid=cast.grid_wu.pk)
    assert offered(form, "grid") == ["丙村"]
    assert form.wanted().grid == cast.grid_wu


@pytest.mark.parametrize("value", ["x", "-1", "9" * 19, "9" * 30, "1 OR 1=1", "\x00", "²"])
@pytest.mark.parametrize("name", ["branch", "grid"])
def test_a_grid_that_is_none_is_an_error_and_no_crash(cast, name, value):
    assert list(asked(cast.zhao, **{name: value}).errors) == [name]


def test_a_grid_out_of_sight_is_no_choice(cast):
    for actor, grid in ((cast.li, cast.grid_wang), (cast.chen, cast.west), (cast.zhao, GridFactory())):
        assert "grid" in asked(actor, grid=grid.pk).errors


def test_the_grid_is_wanted_before_its_branch_and_nothing_is_wanted_of_an_empty_form(cast):
    form = asked(
        cast.zhao, branch=cast.east.pk, grid=cast.grid_li.pk, archive="poor", migrant="on", tag="veteran"
    )
    assert form.wanted() == Wanted(grid=cast.grid_li, archive="poor", migrant=True, tag="veteran")
    assert asked(cast.zhao, branch=cast.east.pk).wanted() == Wanted(grid=cast.east)
    assert asked(cast.zhao).wanted() == Wanted()
    assert asked(cast.zhao, q=" 8000 ").wanted().term.kind == Kind.PHONE_TAIL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age", "0-18"),
        ("met", "x"),
        ("q", "曾" * 61),
    ],
)
def test_what_the_list_does_not_know_is_an_error(cast, name, value):
    assert list(asked(cast.li, **{name: value}).errors) == [name]


def test_the_number_to_look_for_is_never_endless_nor_missing():
    assert not NumberForm({"number": ""}).is_valid()
    assert not NumberForm({"number": "1" * 41}).is_valid()
    assert NumberForm({"number": ADULT}).is_valid()
