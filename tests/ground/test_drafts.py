"""What a draft makes of today is read from today: the order of the list, who sees what, what no list names."""

from datetime import timedelta

import pytest

from ground.drafts import _number, grids_to_cut, sheet
from ground.models import Parcel
from tests import factories
from tests.ground.drafting import TODAY, Villages, opened

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("group", "number"),
    [("一组", 1), ("九组", 9), ("十组", 10), ("十二组", 12), ("二十组", 20), ("二十三组", 23), ("7组", 7), ("上寨", 0), ("", 0)],
)  # fmt: skip
def test_groups_are_ordered_as_they_are_counted(group, number):
    assert _number(group) == number


def test_what_comes_meanwhile_is_in_the_list(cast, unguarded):
    villages = Villages(cast)
    row = opened(cast)
    factories.HouseholdFactory(grid=cast.grid_wang, area=villages.third, group_name="二组")
    found = sheet(actor=cast.chen, layout=row)
    assert [(one.place.group, one.households) for one in found.rows if one.area == villages.third] == [
        ("一组", 5), ("二组", 1),
    ]  # fmt: skip
    assert found.must[0].kind == "nothing"


def test_what_the_branch_was_given_waits_in_its_list_until_a_grid_has_it(cast, unguarded):
    villages = Villages(cast)
    given = factories.AreaFactory(name="新村")
    for area in (given, villages.first):
        Parcel.objects.create(grid=cast.east, area=area, valid_from=TODAY - timedelta(days=9))
    found = sheet(actor=cast.chen, layout=opened(cast))
    assert [one.area.name for one in found.rows if one.origin == cast.east] == ["新村"]


def test_a_grid_that_is_closed_is_cut_no_more(cast):
    closed = factories.GridFactory(tier="branch", parent=cast.root, valid_to=TODAY - timedelta(days=1))
    assert closed not in grids_to_cut(actor=cast.zhao)
