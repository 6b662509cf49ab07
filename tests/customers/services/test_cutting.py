"""Households of ground that is cut: counted by group, placed, and moved together with their days before kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Attribution, Household
from customers.services.cutting import DWELLERS
from gridbank.scoping import waive_scope
from ground.dwellers import Going, Group
from tests import factories

TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded():
    with waive_scope("tests look at every row"):
        yield


@pytest.fixture
def homes(cast, unguarded):
    area = factories.AreaFactory()
    found = [
        factories.HouseholdFactory(grid=cast.grid_li, area=area, group_name="一组"),
        factories.HouseholdFactory(grid=cast.grid_li, area=area, group_name="一组", ended_on=TODAY),
        factories.HouseholdFactory(grid=cast.grid_li, longitude=107.05, latitude=25.05),
        factories.HouseholdFactory(grid=cast.grid_wu),
    ]
    Household.objects.update(created_at=timezone.now() - timedelta(days=90))
    return found


def test_they_are_counted_by_village_and_group_as_the_reader_sees_them(cast, homes):
    li, area = cast.grid_li.pk, homes[0].area_id
    wanted = {Group(li, area, "一组", 1), Group(li, None, "", 1)}
    for actor in (cast.chen, cast.zhao, None):
        assert set(DWELLERS.groups(actor, cast.east.path)) == wanted
    assert DWELLERS.groups(cast.zhou, cast.east.path) == []
    assert [(one.grid_id, one.longitude) for one in DWELLERS.spots(cast.chen, cast.east.path, 9)] == [
        (li, 107.05)
    ]
    assert DWELLERS.spots(cast.chen, cast.east.path, 0) == []


def test_a_group_moves_whole_and_no_other(cast, homes):
    going = Going([cast.grid_li.pk], homes[0].area_id, "一组", cast.grid_wang)
    assert len(DWELLERS.move(cast.zhao, [going], TODAY)) == 2
    assert set(Household.objects.filter(grid=cast.grid_wang)) == set(homes[:2])
    spans = Attribution.everywhere().values_list("grid_id", "valid_to", "moved_by_id")
    assert set(spans) == {(cast.grid_li.pk, TODAY - timedelta(days=1), cast.zhao.pk)}
    assert {home.version for home in Household.objects.filter(grid=cast.grid_wang)} == {homes[0].version + 1}
    assert DWELLERS.move(cast.zhao, [going], TODAY) == []


def test_whose_village_is_unknown_moves_as_such(cast, homes):
    going = Going([cast.grid_li.pk], None, "", cast.grid_wang)
    assert len(DWELLERS.move(cast.zhao, [going], TODAY)) == 1
    assert Household.objects.get(grid=cast.grid_wang) == homes[2]
