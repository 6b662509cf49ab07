"""Reading the grid: who sees what of the tree, who may be assigned, what a grid's page shows; at a province's size too."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gridbank.scoping import waive_scope
from grids import measures, selectors, services
from grids.models import Assignment
from people.enums import Role
from tests.factories import (
    AreaFactory,
    AssignmentFactory,
    DutyFactory,
    GridFactory,
    HouseholdFactory,
    UserFactory,
)
from tests.grids.telling import two_leads_allowed
from tests.people import SINCE

TODAY = timezone.localdate()
DAY = timedelta(days=1)

BANKS, BRANCHES, VILLAGES = 88, 12, 16


@pytest.fixture
def banks(db):
    made = {}
    for bank in range(BANKS):
        rows = [services.GridRow(f"{bank}", "总行", "head_office", SINCE)]
        for b in range(BRANCHES):
            rows.append(services.GridRow(f"{bank}.{b}", "支行", "branch", SINCE, f"{bank}"))
            rows += [
                services.GridRow(f"{bank}.{b}.{v}", "村", "manager", SINCE, f"{bank}.{b}")
                for v in range(VILLAGES)
            ]
        made |= services.grids_bulk_create(actor=None, rows=rows)
    return made


@pytest.mark.slow
def test_each_sees_his_own_subtree_of_eighteen_thousand_and_soon(banks):
    assert len(banks) == BANKS * (1 + BRANCHES * (1 + VILLAGES)) > 18_000 - 20
    for code, role, size in (
        ("1", Role.HEAD_OFFICE, 1 + BRANCHES * (1 + VILLAGES)),
        ("11.1", Role.BRANCH_MANAGER, 1 + VILLAGES),
        ("8.1.1", Role.ACCOUNT_MANAGER, 1),
    ):
        grid = banks[code]
        user = UserFactory(role=role)
        AssignmentFactory(user=user, grid=grid)
        started = timezone.now()
        seen = list(selectors.grid_list(actor=user))
        assert timezone.now() - started < timedelta(seconds=1)
        assert {one.path.startswith(grid.path) for one in seen} == {True}
        assert len(seen) == size


def test_grids_are_those_in_sight_in_tree_order(cast):
    assert list(selectors.grid_list(actor=cast.chen)) == [cast.east, cast.grid_li, cast.grid_wang]
    assert [grid.path for grid in selectors.grid_list(actor=cast.zhao)] == sorted(
        grid.path for grid in selectors.grid_list(actor=cast.zhao)
    )
    assert not selectors.grid_list(actor=cast.sun)


def test_divisions_are_read_by_every_member_of_staff(cast):
    area = AreaFactory(code="522727")
    assert list(selectors.area_list(actor=cast.sun)) == [area]


def search(actor, **wanted):
    return {grid.name for grid in selectors.grid_search(actor=actor, **wanted)}


def wanted(actor, **criteria):
    return {grid.name for grid in selectors.grids_wanted(actor=actor, **criteria)}


def nodes(actor, **criteria):
    rows = selectors.grids_wanted(actor=actor, **criteria).order_by("code")
    return {node.grid.name: node for node in selectors.nodes_of(actor=actor, grids=rows)}


def test_a_search_narrows_what_is_in_sight(cast):
    vacant = GridFactory(parent=cast.west, name="空村", code="EMPTY")
    assert search(cast.zhao, tier="branch") == {"东支行", "西支行"}
    assert wanted(cast.zhao, text="村") == {"甲村", "乙村", "丙村", "空村"}
    assert wanted(cast.zhao, text="empty") == {"空村"}
    assert wanted(cast.zhao, branch=cast.east) == {"东支行", "甲村", "乙村"}
    assert wanted(cast.zhao, vacant=True) == {vacant.name}
    assert wanted(cast.zhao, vacant=True, branch=cast.east) == set()
    assert wanted(cast.chen, text="丙") == set()
    for text in ("%", "_", "' or 1=1 --"):
        assert wanted(cast.zhao, text=text) == set()


def test_a_head_office_without_a_lead_is_no_vacant_grid(cast):
    """What the page counts, what its filter shows and what a branch of the tree adds up is one thing."""
    with waive_scope("a test"):
        Assignment.objects.filter(grid=cast.root, part="lead").update(valid_to=TODAY - DAY)
    deputy = UserFactory(role=Role.HEAD_OFFICE)
    AssignmentFactory(grid=cast.root, user=deputy, part="deputy")
    vacant = GridFactory(parent=cast.west, name="空村")
    assert set(selectors.vacancies(actor=deputy)) == {vacant}
    assert wanted(deputy, vacant=True) == {"空村"}
    root = nodes(deputy)["总行"]
    assert (root.is_vacant, root.vacancies) == (False, 1)


@pytest.mark.parametrize(
    ("days", "there"),
    [
        ((None, TODAY), True),
        ((None, TODAY - DAY), False),
        ((TODAY + DAY, None), False),
        ((TODAY, None), True),
    ],
)
def test_only_todays_grids_are_found(cast, days, there):
    since, until = days
    grid = GridFactory(parent=cast.east, name="新村", valid_from=since or SINCE, valid_to=until)
    assert (grid.name in search(cast.zhao)) is there
    assert (grid.name in wanted(cast.zhao)) is there


def test_a_lead_who_left_or_only_helps_leaves_a_grid_vacant(cast):
    left, helped, coming = (GridFactory(parent=cast.east) for _n in range(3))
    AssignmentFactory(grid=left, valid_to=TODAY - DAY)
    AssignmentFactory(grid=helped, part="helper")
    AssignmentFactory(grid=coming, valid_from=TODAY + DAY)
    assert set(selectors.vacancies(actor=cast.zhao)) == {left, helped, coming}
    assert not selectors.vacancies(actor=cast.zhou)


def test_the_head_office_is_no_vacancy(db):
    root = GridFactory(tier="head_office", parent=None)
    user = UserFactory(role=Role.HEAD_OFFICE)
    AssignmentFactory(user=user, grid=root, part="deputy")
    assert not selectors.vacancies(actor=user)


def test_leads_are_those_of_the_day_and_of_two_the_later(cast):
    with two_leads_allowed():
        AssignmentFactory(grid=cast.grid_li, user=cast.sun, valid_from=TODAY, valid_to=TODAY)
    keys = [cast.grid_li.pk, cast.grid_wang.pk, 10**9]
    assert selectors.lead_names(keys, TODAY) == {cast.grid_li.pk: cast.sun, cast.grid_wang.pk: cast.wang}
    assert selectors.lead_names(keys, TODAY + DAY)[cast.grid_li.pk] == cast.li
    assert selectors.lead_names([], TODAY) == selectors.lead_names(keys, SINCE - DAY) == {}


@pytest.fixture
def foreign(db):
    """Return a grid of a second bank."""
    return GridFactory(parent=GridFactory(tier="branch", parent=GridFactory(tier="head_office", parent=None)))


MANAGERS = [Role.ACCOUNT_MANAGER]


def assignable(actor):
    return set(selectors.assignable(actor=actor, roles=MANAGERS))


def test_in_a_bank_alone_everybody_who_fits_is_offered(cast):
    assert not selectors.knows_other_banks(actor=cast.chen)
    assert assignable(cast.chen) == {cast.li, cast.wang, cast.wu, cast.sun}
    assert assignable(UserFactory(role=Role.SECADMIN)) == set()
    assert set(selectors.assignable(actor=cast.chen, roles=[])) == set()


def test_with_two_banks_each_offers_its_own(cast, foreign):
    theirs, leaving, old = (UserFactory() for _n in range(3))
    AssignmentFactory(user=theirs, grid=foreign)
    # was here once and is there by now; was there once and is here by now
    AssignmentFactory(user=leaving, grid=cast.grid_li, part="helper", valid_to=TODAY - DAY)
    AssignmentFactory(user=leaving, grid=foreign, part="helper", valid_from=TODAY + DAY)
    AssignmentFactory(user=old, grid=foreign, part="helper", valid_to=TODAY - DAY)
    AssignmentFactory(user=old, grid=cast.grid_li, part="helper")
    assert selectors.knows_other_banks(actor=cast.chen)
    assert assignable(cast.chen) == {cast.li, cast.wang, cast.wu, old}
    for user, elsewhere in (
        (theirs, True),
        (leaving, True),
        (old, False),
        (cast.sun, False),
        (cast.li, False),
    ):
        assert selectors.works_elsewhere(actor=cast.chen, user=user) is elsewhere


def test_a_newcomer_is_named_by_his_whole_number(cast, foreign):
    new = UserFactory(staff_no="N0001")
    taken = UserFactory(staff_no="N0002")
    AssignmentFactory(user=taken, grid=foreign)
    UserFactory(staff_no="N0003", is_active=False)
    UserFactory(staff_no="N0004", role=Role.AUDITOR)

    def newcomer(number, actor=cast.chen):
        return selectors.newcomer(actor=actor, roles=MANAGERS, staff_no=number)

    assert newcomer("N0001") == new
    assert [newcomer(number) for number in ("N0002", "N0003", "N0004", "N000", "%", "")] == [None] * 6
    assert newcomer("N0001", UserFactory(role=Role.SYSADMIN)) is None


def test_a_grid_is_listed_with_its_lead_its_size_and_what_nobody_leads_below_it(cast):
    HouseholdFactory.create_batch(2, grid=cast.grid_li)
    HouseholdFactory(grid=cast.east)
    GridFactory(parent=cast.east, name="空村")
    found = nodes(cast.zhao)
    east = found["东支行"]
    assert (east.lead, east.households, east.vacancies, east.is_vacant) == (cast.chen, 3, 1, False)
    assert (found["总行"].vacancies, found["空村"].is_vacant, found["空村"].vacancies) == (1, True, 0)
    assert found["甲村"].households == 2
    assert set(nodes(cast.li)) == {"甲村"}
    assert nodes(cast.sun) == {}


def test_a_grids_figures_are_those_of_all_below_it_that_one_sees(cast):
    HouseholdFactory(grid=cast.grid_li, last_met_on=TODAY)
    HouseholdFactory.create_batch(3, grid=cast.grid_wang)
    HouseholdFactory(grid=cast.grid_wu, last_met_on=TODAY)
    by_key = {one.measure.key: one for one in selectors.grid_figures(actor=cast.chen, grid=cast.east)}
    assert set(by_key) == {one.key for one in measures.registered()}
    assert (by_key["coverage"].part, by_key["coverage"].whole) == (1, 4)
    assert str(by_key["coverage"].value) == "25.0"
    own = {one.measure.key: one for one in selectors.grid_figures(actor=cast.li, grid=cast.east)}
    assert (own["coverage"].part, own["coverage"].whole) == (1, 1)


def test_a_grids_page_sorts_its_people_by_their_days_and_parts(cast):
    grid = GridFactory(parent=cast.east)
    rows = {
        name: AssignmentFactory(grid=grid, part=part, valid_from=since, valid_to=until)
        for name, part, since, until in (
            ("helper", "helper", SINCE, None), ("lead", "lead", TODAY, TODAY + 9 * DAY), ("deputy", "deputy", SINCE, TODAY),
            ("next", "lead", TODAY + 10 * DAY, None), ("soon", "helper", TODAY + DAY, None),
            ("before", "lead", SINCE, TODAY - DAY),
        )
    }  # fmt: skip
    duty = DutyFactory(grid=grid)
    DutyFactory(grid=grid, valid_to=TODAY - DAY)
    found = selectors.grid_overview(actor=cast.chen, grid=grid)
    assert found.now == [rows["lead"], rows["deputy"], rows["helper"]]
    assert found.later == [rows["soon"], rows["next"]]
    assert found.past == [rows["before"]]
    assert (found.duties, found.children, found.lead) == ([duty], [], rows["lead"].user)
    assert selectors.grid_overview(actor=cast.chen, grid=cast.grid_wang).lead == cast.wang


def test_what_stands_above_is_named_and_opened_where_one_may_go(cast):
    for actor, opened in ((cast.zhao, [True, True]), (cast.chen, [False, True]), (cast.li, [False, False])):
        (grid,) = selectors.grid_list(actor=actor).filter(pk=cast.grid_li.pk)
        above = selectors.grid_overview(actor=actor, grid=grid).above
        assert [(step.grid, step.is_open) for step in above] == list(
            zip([cast.root, cast.east], opened, strict=True)
        )
    assert selectors.grid_overview(actor=cast.zhao, grid=cast.root).above == []


def test_a_branch_lists_its_grids_with_leads_and_sizes(cast):
    HouseholdFactory(grid=cast.grid_li)
    GridFactory(parent=cast.east, valid_to=TODAY - DAY)
    children = selectors.grid_overview(actor=cast.chen, grid=cast.east).children
    assert [(node.grid, node.lead, node.households) for node in children] == [
        (cast.grid_li, cast.li, 1), (cast.grid_wang, cast.wang, 0),
    ]  # fmt: skip
    root = selectors.grid_overview(actor=cast.zhao, grid=cast.root).children
    assert {node.grid: node.households for node in root} == {cast.east: 1, cast.west: 0}
