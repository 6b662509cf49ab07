"""The tree's rows: who is where on which day, whose subtree is whose, and what no row may say."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.urls import reverse
from django.utils import timezone

from gridbank.scoping import UnscopedQueryError, waive_scope
from grids.models import Area, Assignment, Duty, Grid, assigned_paths, bank_in, banks_of, branch_in, under
from people.enums import Role
from people.models import User
from tests.factories import (
    AreaFactory,
    AssignmentFactory,
    DutyFactory,
    GridFactory,
    HouseholdFactory,
    UserFactory,
)
from tests.people import SINCE

TODAY = timezone.localdate()
DAY = timedelta(days=1)


def test_nothing_that_has_anything_below_it_can_be_deleted(cast):
    HouseholdFactory(grid=cast.grid_li)
    for grid in (cast.root, cast.east, cast.grid_li):
        with waive_scope("a test deletes"), pytest.raises(ProtectedError):
            grid.delete()


@pytest.mark.parametrize("model", [Grid, Assignment, Duty])
def test_nothing_is_read_without_a_reader(db, model):
    with pytest.raises(UnscopedQueryError):
        list(model.objects.all())


def test_everything_of_a_grid_is_seen_from_above_and_by_whoever_is_in_it(cast):
    duties = {grid: DutyFactory(grid=grid) for grid in (cast.east, cast.grid_li, cast.grid_wu)}
    for actor, grids in (
        (cast.zhao, {cast.root, cast.east, cast.west, cast.grid_li, cast.grid_wang, cast.grid_wu}),
        (cast.chen, {cast.east, cast.grid_li, cast.grid_wang}),
        (cast.li, {cast.grid_li}),
        (cast.sun, set()),
    ):
        assert set(Grid.objects.visible_to(actor)) == grids
        assert {row.grid for row in Assignment.objects.visible_to(actor)} == grids
        assert set(Duty.objects.visible_to(actor)) == {duty for grid, duty in duties.items() if grid in grids}


@pytest.mark.parametrize("part", ["lead", "deputy", "helper"])
def test_whoever_has_a_part_today_sees_whatever_part_it_is(cast, part):
    grid = GridFactory(parent=cast.east)
    AssignmentFactory(user=cast.sun, grid=grid, part=part)
    assert set(Grid.objects.visible_to(cast.sun)) == {grid}


@pytest.mark.parametrize(
    ("since", "until", "seen"),
    [
        (TODAY, None, True), (TODAY, TODAY, True), (TODAY - DAY, TODAY - DAY, False), (TODAY + DAY, None, False),
        (SINCE, TODAY + DAY, True),
    ],
)  # fmt: skip
def test_a_part_opens_its_own_days_the_first_and_the_last_included(cast, since, until, seen):
    AssignmentFactory(user=cast.sun, grid=cast.grid_li, part="helper", valid_from=since, valid_to=until)
    assert bool(assigned_paths(cast.sun)) is seen
    assert Grid.objects.visible_to(cast.sun).exists() is seen


def test_a_day_may_be_asked_for(cast):
    AssignmentFactory(
        user=cast.sun, grid=cast.grid_li, part="helper", valid_from=TODAY - DAY, valid_to=TODAY - DAY
    )
    assert assigned_paths(cast.sun, TODAY - DAY) == (cast.grid_li.path,)
    assert assigned_paths(cast.sun) == assigned_paths(cast.sun, TODAY - 2 * DAY) == ()
    assert {row.user for row in Assignment.on(TODAY - DAY).filter(grid=cast.grid_li)} == {cast.li, cast.sun}
    assert [row.user for row in Assignment.on(TODAY).filter(grid=cast.grid_li)] == [cast.li]


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"role": Role.SYSADMIN}, {"role": Role.SECADMIN}, {"role": Role.AUDITOR}]
)
def test_who_left_or_became_an_officer_sees_nothing_whatever_he_was_assigned_to(cast, change):
    User.objects.filter(pk=cast.zhao.pk).update(**change)
    actor = User.objects.get(pk=cast.zhao.pk)
    assert (assigned_paths(actor), banks_of(actor)) == ((), ())
    assert not Grid.objects.visible_to(actor).exists()


def test_nobody_at_all_sees_nothing(cast):
    """A visitor without an account is not somebody without a part: he is asked for neither."""
    for actor in (None, AnonymousUser(), object()):
        assert assigned_paths(actor) == ()


def test_a_grid_below_another_adds_nothing(cast):
    for grid in (cast.grid_li, cast.east, cast.grid_wu):
        AssignmentFactory(user=cast.sun, grid=grid, part="helper" if grid != cast.east else "deputy")
    assert assigned_paths(cast.sun) == tuple(sorted((cast.east.path, cast.grid_wu.path)))


def test_a_path_that_begins_like_another_is_not_below_it(db):
    """/1/12/ is not above /1/123/: the last stroke belongs to it."""
    root = GridFactory(tier="head_office", parent=None)
    short, long = (GridFactory(tier="branch", parent=root) for _n in range(2))
    with waive_scope("a test writes paths"):
        Grid.objects.filter(pk=short.pk).update(path=f"/{root.pk}/12/")
        Grid.objects.filter(pk=long.pk).update(path=f"/{root.pk}/123/")
    user = UserFactory(role=Role.BRANCH_MANAGER)
    AssignmentFactory(user=user, grid=short)
    assert set(Grid.objects.visible_to(user)) == {short}


def test_no_path_is_nobodys_subtree_and_not_everybodys(cast):
    with waive_scope("a test reads every grid"):
        assert not Grid.objects.filter(under(())).exists()
        assert set(Grid.objects.filter(under((cast.east.path, cast.grid_wu.path)))) == {
            cast.east, cast.grid_li, cast.grid_wang, cast.grid_wu,
        }  # fmt: skip
    home = HouseholdFactory(grid=cast.grid_li)
    with waive_scope("a test reads every household"):
        assert list(type(home).objects.filter(under((cast.east.path,), "grid__"))) == [home]


@pytest.mark.parametrize(
    ("path", "bank", "branch"),
    [("/1/", 1, None), ("/1/12/", 1, 12), ("/1/12/345/", 1, 12), ("/10/200/3/", 10, 200)],
)
def test_a_path_names_bank_and_branch(path, bank, branch):
    assert (bank_in(path), branch_in(path)) == (bank, branch)
    grid = Grid(path=path)
    assert (grid.root_id, grid.branch_id) == (bank, branch)


def test_ones_banks_are_those_above_ones_grids(cast):
    assert banks_of(cast.li) == banks_of(cast.zhao) == (cast.root.pk,)
    other = GridFactory()
    AssignmentFactory(user=cast.li, grid=other, part="helper")
    assert banks_of(cast.li) == tuple(sorted((cast.root.pk, other.root_id)))
    assert list(Grid.other_banks((cast.root.pk,)).values_list("pk", flat=True)) == [other.root_id]
    assert not Grid.other_banks(banks_of(cast.li)).exists()


@pytest.mark.parametrize(
    ("code", "level", "community"),
    [
        ("522727101001", "village", True), ("522727101199", "village", True), ("522727101200", "village", False),
        ("522727101", "township", False), ("522727", "county", False),
    ],
)  # fmt: skip
def test_the_states_suffix_tells_a_community_from_a_village(code, level, community):
    assert Area(code=code, level=level).is_community is community


def refused(change):
    with (
        waive_scope("a test writes what no row may say"),
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        change()


def grid_row(**fields):
    values = {"code": "NEW", "name": "新", "tier": "manager", "path": "/0/", "valid_from": SINCE}
    return Grid.objects.create(**{**values, **fields})


def test_only_a_head_office_stands_at_the_top(cast):
    refused(lambda: grid_row(tier="branch", parent=None))
    refused(lambda: grid_row(tier="manager", parent=None))
    refused(lambda: grid_row(tier="head_office", parent=cast.root))


def test_a_code_and_a_path_stand_once_and_days_lie_in_order(cast):
    refused(lambda: grid_row(parent=cast.east, code=cast.grid_li.code))
    refused(lambda: grid_row(parent=cast.east, path=cast.grid_li.path))
    refused(lambda: grid_row(parent=cast.east, valid_from=TODAY, valid_to=TODAY - DAY))
    assert grid_row(parent=cast.east, valid_from=TODAY, valid_to=TODAY)


def test_a_grid_has_one_lead_until_further_notice_and_helpers_as_it_needs(cast):
    refused(lambda: AssignmentFactory(grid=cast.grid_li, user=cast.sun, valid_from=date(2030, 1, 1)))
    refused(
        lambda: AssignmentFactory(grid=cast.grid_li, part="helper", valid_from=TODAY, valid_to=TODAY - DAY)
    )
    for part in ("deputy", "helper", "helper"):
        assert AssignmentFactory(grid=cast.grid_li, part=part)
    # the days of two that end are the services' to keep apart
    assert AssignmentFactory(grid=cast.grid_li, valid_from=date(2019, 1, 1), valid_to=date(2019, 2, 1))


def test_divisions_stand_once_and_in_the_order_of_their_codes(db):
    areas = [AreaFactory(code=code) for code in ("522728", "522727")]
    assert list(Area.objects.all()) == areas[::-1]
    refused(lambda: AreaFactory(code="522727"))
    with pytest.raises(ProtectedError):
        AreaFactory(code="522727101", parent=areas[1]).parent.delete()


def test_rows_say_what_they_are(cast):
    assert cast.grid_li.get_absolute_url() == reverse("grids:detail", args=[cast.grid_li.pk])
    assert (str(cast.grid_li), str(DutyFactory(grid=cast.grid_li))) == ("甲村", "每季走访一遍")
    row = Assignment.on(TODAY).get(grid=cast.grid_li)
    assert str(row) == f"{cast.li} 甲村 2020-01-01"
    assert Grid.scope_q(cast.sun) == Grid.scope_q(None)
    assert Grid.scope_q(cast.li) == Q(path__startswith=cast.grid_li.path)
