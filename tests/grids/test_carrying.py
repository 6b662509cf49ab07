"""Whoever is chosen for a grid is told with what he carries: near ones first, then who leads least."""

import pytest

from grids.carrying import carried
from people.models import User
from tests.factories import GridFactory, HouseholdFactory
from tests.people import assign


@pytest.fixture
def two(cast):
    return User.objects.filter(pk__in=[cast.li.pk, cast.wang.pk])


def test_grids_and_their_households_are_told(cast, two):
    HouseholdFactory(grid=cast.grid_wang)
    HouseholdFactory(grid=cast.grid_wang)
    assign(cast.wang, GridFactory(parent=cast.east))
    told = {one.user: one.told for one in carried(actor=cast.chen, users=two, near=cast.grid_li)}
    assert told[cast.wang] == f"王磊 · {cast.wang.staff_no} · 客户经理 · 现主责 2 个网格、2 户"
    assert told[cast.li].endswith("现主责 1 个网格、0 户")


def test_who_leads_least_stands_first_and_those_of_the_branch_before_all(cast, two):
    assign(cast.li, GridFactory(parent=cast.east))
    users = two | User.objects.filter(pk=cast.wu.pk)
    found = carried(actor=cast.zhao, users=users, near=cast.grid_li)
    assert [one.user for one in found] == [cast.wang, cast.li, cast.wu]
    assert [one.is_near for one in found] == [True, True, False]


def test_of_grids_out_of_sight_the_households_are_not_summed(cast):
    assign(cast.wang, GridFactory(parent=cast.west))
    (one,) = carried(actor=cast.chen, users=User.objects.filter(pk=cast.wang.pk), near=None)
    assert (one.leads, one.homes, one.is_near) == (2, None, False)
    assert one.told.endswith("现主责 2 个网格")
