"""The cast, always the same.

Zhao at head office; Chen runs branch East; Li and Wang each lead one of its grids; Sun has no assignment;
Zhou runs branch West, whose grid is led by Wu: the stranger.
"""

from dataclasses import dataclass
from datetime import date

from grids.models import Assignment, Grid
from people.enums import Role
from people.models import User
from tests.factories import AssignmentFactory, GridFactory, UserFactory

SINCE = date(2020, 1, 1)


@dataclass
class Cast:
    zhao: User
    chen: User
    li: User
    wang: User
    sun: User
    zhou: User
    wu: User
    root: Grid
    east: Grid
    west: Grid
    grid_li: Grid
    grid_wang: Grid
    grid_wu: Grid


def assign(user: User, grid: Grid, since: date = SINCE, until: date | None = None) -> Assignment:
    return AssignmentFactory(user=user, grid=grid, valid_from=since, valid_to=until)


def make_cast() -> Cast:
    root = GridFactory(tier="head_office", parent=None, name="总行")
    east, west = (GridFactory(tier="branch", parent=root, name=name) for name in ("东支行", "西支行"))
    grid_li, grid_wang = (GridFactory(parent=east, name=name) for name in ("甲村", "乙村"))
    grid_wu = GridFactory(parent=west, name="丙村")
    zhao = UserFactory(username="zhao", name="赵敏", role=Role.HEAD_OFFICE)
    chen = UserFactory(username="chen", name="陈刚", role=Role.BRANCH_MANAGER)
    zhou = UserFactory(username="zhou", name="周涛", role=Role.BRANCH_MANAGER)
    li, wang, sun, wu = (
        UserFactory(username=username, name=name, role=Role.ACCOUNT_MANAGER)
        for username, name in (("li", "李娜"), ("wang", "王磊"), ("sun", "孙静"), ("wu", "吴峰"))
    )
    for user, grid in (
        (zhao, root),
        (chen, east),
        (zhou, west),
        (li, grid_li),
        (wang, grid_wang),
        (wu, grid_wu),
    ):
        assign(user, grid)
    return Cast(zhao, chen, li, wang, sun, zhou, wu, root, east, west, grid_li, grid_wang, grid_wu)
