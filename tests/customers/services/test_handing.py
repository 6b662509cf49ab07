"""Chosen households go by a handover: found in their grid only, all or none."""

import pytest
from django.utils import timezone

from customers.models import Household
from customers.services.handing import WARDS
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from tests.performance.world import household

pytestmark = pytest.mark.django_db


def test_numbers_are_found_in_the_grid_that_gives_and_by_who_sees_it(cast):
    mine, other = household(cast.grid_li), household(cast.grid_wang)
    numbers = [mine.code, other.code, "H-none"]
    assert WARDS.find(cast.chen, cast.grid_li, numbers) == {mine.code: mine.pk}
    assert WARDS.find(cast.wu, cast.grid_li, numbers) == {}


def test_one_that_is_elsewhere_by_now_stops_all(cast):
    mine, other = household(cast.grid_li), household(cast.grid_wang)
    today = timezone.localdate()
    with pytest.raises(Refused, match=other.code):
        WARDS.hand(cast.chen, [mine.pk, other.pk], cast.grid_li, cast.grid_wu, today)
    with waive_scope("a test"):
        assert Household.objects.get(pk=mine.pk).grid == cast.grid_li
    WARDS.hand(cast.chen, [mine.pk], cast.grid_li, cast.grid_wang, today)
    with waive_scope("a test"):
        moved = Household.objects.get(pk=mine.pk)
    assert (moved.grid, moved.version) == (cast.grid_wang, mine.version + 1)
