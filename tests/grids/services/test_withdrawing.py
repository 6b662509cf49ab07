"""What was entered by mistake is taken back, while nothing was built on it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gridbank.errors import Refused
from grids.models import Assignment, Grid
from grids.services import assignment_end, assignment_end_withdraw, assignment_withdraw, grid_withdraw
from tests.factories import AssignmentFactory, GridFactory, HouseholdFactory

TOMORROW = timezone.localdate() + timedelta(days=1)


def test_a_grid_goes_while_nothing_belongs_to_it(cast):
    empty, used = GridFactory(parent=cast.east), GridFactory(parent=cast.east)
    HouseholdFactory(grid=used)
    grid_withdraw(actor=cast.zhao, grid=empty)
    with pytest.raises(Refused, match=used.name):
        grid_withdraw(actor=cast.zhao, grid=used)
    left = Grid.objects.visible_to(cast.zhao).filter(pk__in=[empty.pk, used.pk])
    assert list(left) == [used]


def test_a_part_goes_before_it_begins(cast):
    row = AssignmentFactory(user=cast.wang, grid=cast.grid_li, part="helper", valid_from=TOMORROW)
    assignment_withdraw(actor=cast.chen, assignment=row)
    assert not Assignment.everywhere().filter(pk=row.pk).exists()


def test_an_end_that_lies_ahead_goes(cast):
    row = Assignment.everywhere().get(grid=cast.grid_li, user=cast.li)
    with pytest.raises(Refused):
        assignment_end_withdraw(actor=cast.chen, assignment=row, until=None)
    row = assignment_end(actor=cast.chen, assignment=row, last_day=TOMORROW)
    assignment_end_withdraw(actor=cast.chen, assignment=row, until=None)
    row.refresh_from_db()
    assert row.valid_to is None
