"""The one function that answers every question of power."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from grids import authority, services
from grids.authority import POWERS, Act, may, require, where, who_can, why_not
from grids.forms import AssignmentForm
from grids.models import Grid
from people.enums import Role
from tests.factories import AssignmentFactory, GridFactory, UserFactory


def person(role, grid, part="lead", **days):
    user = UserFactory(role=role)
    AssignmentFactory(user=user, grid=grid, part=part, **days)
    return user


@pytest.mark.parametrize("act", list(Act))
def test_every_act_has_its_rules_and_the_table_names_no_other(act):
    assert POWERS[act]
    assert set(POWERS) == set(Act)


@pytest.mark.parametrize("act", list(Act))
def test_the_installation_may_all_and_who_has_no_part_nothing(cast, act):
    assert may(None, act, cast.grid_li)
    assert why_not(None, act, cast.grid_li) == ""
    assert not may(cast.sun, act, cast.grid_li)
    assert not may(cast.sun, act)


def test_the_whole_bank_takes_a_lead_or_deputy_at_its_root(cast):
    head = Role.HEAD_OFFICE
    foreign = GridFactory(tier="head_office", parent=None)
    today, day = timezone.localdate(), timedelta(days=1)
    told = {
        "lead": cast.zhao,
        "deputy": person(head, cast.root, "deputy"),
        "helper": person(head, cast.root, "helper"),
        "in a village": person(head, cast.grid_li, "helper"),
        "of a branch": person(head, cast.east, "deputy"),
        "ended": person(head, cast.root, "deputy", valid_to=today - day),
        "future": person(head, cast.root, "deputy", valid_from=today + day),
        "ends today": person(head, cast.root, "deputy", valid_to=today),
        "elsewhere": person(head, foreign),
        "another role": person(Role.BRANCH_MANAGER, cast.root, "deputy"),
    }
    found = {name for name, actor in told.items() if may(actor, Act.MONTH_LOCK, cast.root)}
    assert found == {"lead", "deputy", "ends today"}
    assert may(told["ended"], Act.MONTH_LOCK, cast.root, on=today - day)
    assert may(told["future"], Act.MONTH_LOCK, cast.root, on=today + day)
    assert may(told["elsewhere"], Act.MONTH_LOCK)


def test_who_has_left_may_nothing_any_more(cast):
    cast.zhao.is_active = False
    assert not may(cast.zhao, Act.MONTH_LOCK, cast.root)


@pytest.mark.parametrize("act", list(Act))
def test_the_condition_for_rows_says_the_same_as_the_question(cast, act):
    GridFactory(parent=cast.east, nature="special")
    GridFactory()
    parts = [(role, grid, part) for role in (Role.HEAD_OFFICE, Role.BRANCH_MANAGER, Role.ACCOUNT_MANAGER)
             for grid in (cast.root, cast.east, cast.grid_li) for part in ("deputy", "helper")]  # fmt: skip
    every = Grid._base_manager.order_by("pk")
    for role, grid, part in parts:
        actor = person(role, grid, part)
        asked = {one.pk for one in every if may(actor, act, one)}
        assert asked == set(every.filter(where(actor, act)).values_list("pk", flat=True)), (role, grid, part)
        assert bool(asked) <= may(actor, act)


def test_a_refusal_says_why_and_who_can(cast):
    with pytest.raises(PermissionDenied) as refused:
        require(cast.chen, Act.MONTH_PUBLISH, cast.root)
    assert str(refused.value) == "公布月度排名由总行的主责或协办办理，本处是：赵敏。"
    assert why_not(cast.li, Act.GRID_ASSIGN, cast.grid_li).endswith("本处是：陈刚、赵敏。")
    assert why_not(cast.zhao, Act.MONTH_PUBLISH, cast.root) == ""


def test_another_banks_people_are_not_named(cast):
    other = person(Role.HEAD_OFFICE, GridFactory(tier="head_office", parent=None))
    told = why_not(other, Act.MONTH_PUBLISH, cast.root)
    assert told == "公布月度排名由总行的主责或协办办理。"


def test_a_refusal_names_nobody_who_has_left(cast):
    """His parts go on until somebody ends them."""
    cast.chen.is_active = False
    cast.chen.save()
    assert cast.chen not in who_can(Act.GRID_ASSIGN, cast.grid_li)
    assert why_not(cast.li, Act.GRID_ASSIGN, cast.grid_li).endswith("本处是：赵敏。")


def test_who_can_is_who_may(cast):
    person(Role.HEAD_OFFICE, cast.root, "helper")
    for act in Act:
        for grid in (cast.root, cast.east, cast.grid_li):
            assert all(may(one, act, grid) for one in who_can(act, grid))
    assert who_can(Act.ARCHIVE_WRITE, cast.grid_li) == [cast.li, cast.chen, cast.zhao]
    assert who_can(Act.MONTH_REFRESH, cast.root) == [cast.chen, cast.zhou, cast.zhao]


def test_head_offices_people_get_their_parts_from_head_office(cast):
    given = authority.roles_given_by
    assert Role.HEAD_OFFICE in given(cast.zhao, cast.grid_li, "helper")
    assert Role.HEAD_OFFICE in given(None, cast.grid_li, "helper")
    assert given(cast.chen, cast.grid_li, "helper") == {Role.ACCOUNT_MANAGER, Role.BRANCH_MANAGER}


def test_a_branch_manager_brings_nobody_of_head_office_into_a_grid(cast):
    """Her helper of one village could lock the whole bank's month."""
    other = UserFactory(role=Role.HEAD_OFFICE)
    asked = {"grid": cast.grid_li, "user": other, "part": "helper", "valid_from": timezone.localdate()}
    with pytest.raises(PermissionDenied) as refused:
        services.assignment_start(actor=cast.chen, **asked)
    assert str(refused.value) == "为总行人员定员由总行的主责或协办办理，本处是：赵敏。"
    row = services.AssignmentRow(cast.grid_li, other, timezone.localdate(), None, "helper")
    with pytest.raises(PermissionDenied):
        services.assignments_bulk_create(actor=cast.chen, rows=[row])
    form = AssignmentForm(actor=cast.chen, grid=cast.grid_li, lead=None)
    assert other not in form.fields["user"].queryset
    assert other in AssignmentForm(actor=cast.zhao, grid=cast.grid_li, lead=None).fields["user"].queryset
    assert services.assignment_start(actor=cast.zhao, **asked).user == other


def test_the_page_that_refuses_says_who_can(cast, client):
    client.force_login(cast.chen)
    page = client.get(f"/grids/{cast.east.pk}/assignments/new/")
    assert (page.status_code, "本处是：赵敏" in page.text) == (403, True)
