"""Reading grids again, under lock and as somebody, before writing to them."""

import pytest
from django.core.exceptions import PermissionDenied

from gridbank.scoping import OutOfSight
from grids.authority import Act
from grids.services.access import grid_locked, grids_locked
from tests.nets.watching import watched


def test_many_are_taken_in_order_of_their_keys(cast):
    wanted = [cast.grid_wang, cast.east, cast.grid_li, cast.east]
    with watched() as watch:
        found = grids_locked(cast.zhao, wanted, Act.GRID_ASSIGN)
    keys = [key for steps in watch.transactions for step in steps for key in step.keys]
    assert keys == list(found) == sorted({grid.pk for grid in wanted})


def test_nobody_takes_what_he_does_not_see_or_may_not_change(cast):
    with pytest.raises(OutOfSight):
        grid_locked(cast.chen, cast.west, Act.GRID_ASSIGN)
    with pytest.raises(PermissionDenied):
        grids_locked(cast.li, [cast.grid_li], Act.GRID_ASSIGN)


def test_the_installation_takes_any(cast):
    assert grid_locked(None, cast.west, Act.GRID_ASSIGN) == cast.west
