"""What may be asked of the tree, and who may be put where."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from grids.forms import AreaApiFilter, AssignmentForm, DutyForm, GridApiFilter, LastDayForm, TreeForm
from people.enums import Role
from tests.factories import AssignmentFactory, GridFactory, UserFactory

TODAY = timezone.localdate()


def tree(actor, **data):
    return TreeForm(data, actor=actor).criteria()


EVERYTHING = {"text": "", "branch": None, "vacant": False, "on": None}


def test_the_tree_is_narrowed_by_what_is_asked(cast):
    assert tree(cast.zhao) == EVERYTHING
    assert tree(cast.zhao, q=" 村 ", branch=str(cast.east.pk), vacant="on") == {
        "text": "村", "branch": cast.east, "vacant": True, "on": None,
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [{"q": "长" * 41}, {"branch": "x"}, {"branch": "9" * 400}, {"q": "\x00"}])
def test_a_question_that_makes_no_sense_narrows_nothing(cast, wrong):
    assert tree(cast.zhao, **wrong) == EVERYTHING


def test_only_branches_in_sight_are_a_choice_and_who_walks_has_none(cast):
    gone = GridFactory(tier="branch", parent=cast.root, valid_to=TODAY - timedelta(days=1))
    offered = TreeForm(actor=cast.zhao).fields["branch"].queryset
    assert set(offered) == {cast.east, cast.west}
    assert gone not in offered
    assert set(TreeForm(actor=cast.chen).fields["branch"].queryset) == {cast.east}
    assert tree(cast.chen, branch=str(cast.west.pk)) == EVERYTHING
    assert "branch" not in TreeForm(actor=cast.li).fields
    assert tree(cast.li, branch=str(cast.east.pk)) == EVERYTHING


def assign(actor, grid, lead=None, **data):
    values = {"part": "lead", "valid_from": "2026-07-01"}
    form = AssignmentForm({**values, **data}, actor=actor, grid=grid, lead=lead)
    return form, form.is_valid()


def test_somebody_is_named_with_his_part_and_his_days(cast):
    form, right = assign(cast.chen, cast.grid_li, user=cast.wang.pk, part="helper", valid_to="2026-08-01")
    assert right, form.errors
    assert form.cleaned_data == {
        "user": cast.wang, "part": "helper", "valid_from": date(2026, 7, 1), "valid_to": date(2026, 8, 1),
        "reason": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user", ""), ("user", "x"), ("user", "9" * 400), ("part", "king"), ("part", ""), ("valid_from", ""),
        ("valid_from", "2026-02-30"), ("valid_from", "2026-7-1x"), ("valid_to", "soon"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(cast, field, value):
    form, right = assign(cast.chen, cast.grid_li, **{"user": cast.wang.pk, field: value})
    assert (right, list(form.errors)) == (False, [field])


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_no_officer_is_offered_or_taken(cast, role):
    officer = UserFactory(role=role)
    form, right = assign(cast.zhao, cast.grid_li, user=officer.pk, part="helper")
    assert (right, list(form.errors)) == (False, ["user"])
    assert officer not in form.fields["user"].queryset


def test_colleagues_are_offered_by_name_and_number_and_who_left_is_not(cast):
    gone = UserFactory(is_active=False)
    AssignmentFactory(user=gone, grid=cast.grid_li, part="helper")
    form = AssignmentForm(actor=cast.chen, grid=cast.grid_li, lead=None)
    offered = form.fields["user"].queryset
    assert {cast.li, cast.wang, cast.sun} <= set(offered)
    assert gone not in offered
    near, people = form.fields["user"].choices[1]
    # of the branch first, and who leads least among them first; each with what he leads
    assert str(near) == "本支行"
    assert dict(people)[cast.wang.pk] == f"王磊 · {cast.wang.staff_no} · 客户经理 · 现主责 1 个网格、0 户"


def test_taking_over_is_offered_where_somebody_leads(cast):
    form = AssignmentForm(actor=cast.chen, grid=cast.grid_li, lead=cast.li)
    assert form.fields["hand_over"].initial is True
    assert form.fields["valid_from"].initial == TODAY + timedelta(days=1)
    assert "hand_over" not in AssignmentForm(actor=cast.chen, grid=cast.grid_li, lead=None).fields
    # a field that isn't there is not taken either
    form, right = assign(cast.chen, cast.grid_li, user=cast.wang.pk, hand_over="on")
    assert right, form.errors
    assert "hand_over" not in form.cleaned_data


@pytest.mark.parametrize(
    ("wish", "right"),
    [
        ({}, True),
        ({"part": "deputy"}, False),
        ({"part": "helper"}, False),
        ({"valid_to": "2026-08-01"}, False),
    ],
)
def test_taking_over_makes_a_lead_until_further_notice(cast, wish, right):
    form, valid = assign(cast.chen, cast.grid_li, lead=cast.li, user=cast.wang.pk, hand_over="on", **wish)
    assert valid is right
    assert bool(form.non_field_errors()) is not right


@pytest.fixture
def another_bank(db):
    """Return somebody of a second bank in this database."""
    bank = GridFactory(tier="head_office", parent=None)
    theirs = UserFactory(staff_no="B9001")
    AssignmentFactory(user=theirs, grid=GridFactory(parent=GridFactory(tier="branch", parent=bank)))
    return theirs


def test_where_there_is_one_bank_everybody_stands_in_the_menu(cast):
    form = AssignmentForm(actor=cast.chen, grid=cast.grid_li, lead=None)
    assert "staff_no" not in form.fields
    assert cast.sun in form.fields["user"].queryset


def test_where_there_are_two_a_newcomer_is_named_by_his_number(cast, another_bank):
    new = UserFactory(staff_no="N0001")
    form, right = assign(cast.chen, cast.grid_li, staff_no="N0001")
    assert right, form.errors
    assert form.cleaned_data["user"] == new
    assert new not in form.fields["user"].queryset, "whoever has no grid yet belongs to no bank"
    form, right = assign(cast.chen, cast.grid_li, user=cast.wang.pk)
    assert right, form.errors


def test_a_number_of_another_bank_is_as_unknown_as_any_other(cast, another_bank):
    told = []
    for number in (another_bank.staff_no, "X0000", "' or 1=1 --"):
        form, right = assign(cast.chen, cast.grid_li, staff_no=number)
        assert not right
        told.append(form.errors.as_json())
    assert len(set(told)) == 1
    assert list(form.errors) == ["staff_no"]
    form, right = assign(cast.chen, cast.grid_li, user=another_bank.pk)
    assert (right, list(form.errors)) == (False, ["user"])


@pytest.mark.parametrize("both", [True, False])
def test_one_person_is_named_in_one_way(cast, another_bank, both):
    UserFactory(staff_no="N0001")
    named = {"user": cast.wang.pk, "staff_no": "N0001"} if both else {"user": "", "staff_no": ""}
    form, right = assign(cast.chen, cast.grid_li, **named)
    assert (right, list(form.errors)) == (False, ["user"])


@pytest.mark.parametrize(
    ("text", "right"),
    [("每季走访一遍", True), ("", False), ("  ", False), ("长" * 300, True), ("长" * 301, False)],
)
def test_a_duty_is_said_in_some_words(text, right):
    assert DutyForm({"text": text, "valid_from": "2026-01-01"}).is_valid() is right


@pytest.mark.parametrize("day", ["", "2026-02-30", "today", "0000-01-01"])
def test_a_last_day_is_a_day(day):
    assert list(LastDayForm({"last_day": day}).errors) == ["last_day"]


def test_a_form_opens_with_today():
    assert LastDayForm().fields["last_day"].initial == TODAY
    assert DutyForm().fields["valid_from"].initial == TODAY


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ({}, True), ({"tier": "branch"}, True), ({"tier": "x"}, False), ({"parent": "1"}, True), ({"parent": "0"}, False),
        ({"parent": "x"}, False), ({"parent": "9" * 400}, False), ({"branch": "x"}, False), ({"branch": "987654"}, False),
    ],
)  # fmt: skip
def test_the_api_is_asked_for_tiers_parents_and_branches(cast, query, right):
    assert GridApiFilter(query, actor=cast.zhao).is_valid() is right


def test_the_api_knows_a_branch_in_sight_only(cast):
    for actor, grid, right in (
        (cast.zhao, cast.west, True), (cast.chen, cast.east, True), (cast.chen, cast.west, False), (cast.zhao, cast.grid_li, False),
        (cast.li, cast.east, False),
    ):  # fmt: skip
        assert GridApiFilter({"branch": grid.pk}, actor=actor).is_valid() is right


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ({"level": "village"}, True), ({"level": "planet"}, False), ({"parent": "52"}, True), ({"parent": "5"}, False),
        ({"parent": "５２"}, False), ({"parent": "52\n"}, False), ({"parent": "5" * 13}, False), ({"parent": "52' or 1"}, False),
    ],
)  # fmt: skip
def test_a_division_is_named_by_its_code(query, right):
    assert AreaApiFilter(query).is_valid() is right
