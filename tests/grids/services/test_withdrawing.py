"""What was entered by mistake is taken back, while nothing was built on it; what has begun to count isn't."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from audit.verification import verify
from gridbank.errors import Refused
from grids.models import Assignment, Grid
from grids.services import (
    assignment_end,
    assignment_start,
    assignment_transfer,
    assignments_take_back,
    grid_withdraw,
)
from tests.factories import GridFactory, HouseholdFactory, UserFactory
from tests.grids.telling import tell_of_assignments
from tests.people import assign

TODAY = timezone.localdate()


def test_a_grid_goes_while_nothing_belongs_to_it(cast):
    empty, used = GridFactory(parent=cast.east), GridFactory(parent=cast.east)
    HouseholdFactory(grid=used)
    grid_withdraw(actor=cast.zhao, grid=empty)
    with pytest.raises(Refused, match=used.name):
        grid_withdraw(actor=cast.zhao, grid=used)
    left = Grid.objects.visible_to(cast.zhao).filter(pk__in=[empty.pk, used.pk])
    assert list(left) == [used]


def test_a_part_goes_before_it_begins(cast):
    tell_of_assignments()
    tomorrow = TODAY + timedelta(days=1)
    row = assignment_start(
        actor=cast.chen, grid=cast.grid_li, user=cast.wang, part="helper", valid_from=tomorrow
    )
    assignments_take_back(actor=cast.chen, given=[row], ended=[])
    assert not Assignment.everywhere().filter(pk=row.pk).exists()
    assert verify().breaks == []


def test_an_end_that_lies_ahead_goes(cast):
    tell_of_assignments()
    row = Assignment.everywhere().get(grid=cast.grid_li, user=cast.li)
    with pytest.raises(Refused):
        assignments_take_back(actor=cast.chen, given=[], ended=[(row, None)])
    row = assignment_end(actor=cast.chen, assignment=row, last_day=TODAY + timedelta(days=1))
    assignments_take_back(actor=cast.chen, given=[], ended=[(row, None)])
    row.refresh_from_db()
    assert row.valid_to is None
    assert verify().breaks == []


def test_the_installation_takes_back_what_it_brought_in_whatever_its_day(cast):
    """A bank set up with its history by the command line, whose file is undone there."""
    row = assignment_start(
        actor=None, grid=cast.grid_li, user=cast.wang, part="helper", valid_from=TODAY - timedelta(days=9)
    )
    assignments_take_back(actor=None, given=[row], ended=[])
    assert not Assignment.everywhere().filter(pk=row.pk).exists()


@pytest.fixture
def taken_over(cast):
    """Wang takes over from li tomorrow; li's part and how it stood."""
    grid = GridFactory(parent=cast.east)
    before = assign(cast.li, grid)
    made = assignment_transfer(
        actor=cast.chen, grid=grid, user=cast.wang, first_day=TODAY + timedelta(days=1)
    )
    return before, made


def standing(grid):
    rows = Assignment.everywhere().filter(grid=grid).order_by("pk")
    return [(row.user.name, row.valid_from, row.valid_to) for row in rows]


def test_a_takeover_never_was(cast, taken_over):
    before, made = taken_over
    assignments_take_back(actor=cast.chen, given=[made], ended=[(before, None)])
    assert standing(made.grid) == [(cast.li.name, before.valid_from, None)]
    told = AuditEvent.objects.order_by("-pk").values_list("action", flat=True)[:2]
    assert set(told) == {"assignment.withdrawn", "assignment.resumed"}


def test_twice_or_with_a_second_lead_in_between_it_is_refused(cast, taken_over):
    before, made = taken_over
    with pytest.raises(Refused):
        # the new lead would stay beside the old one
        assignments_take_back(actor=cast.chen, given=[], ended=[(before, None)])
    assignments_take_back(actor=cast.chen, given=[made], ended=[(before, None)])
    with pytest.raises(Refused):
        assignments_take_back(actor=cast.chen, given=[], ended=[(before, None)])


def test_what_has_begun_to_count_is_ended_with_a_day(cast):
    old = assign(cast.li, GridFactory(parent=cast.east))
    with pytest.raises(Refused):
        assignments_take_back(actor=cast.chen, given=[old], ended=[])
    Assignment.everywhere().filter(pk=old.pk).update(valid_to=TODAY - timedelta(days=2))
    with pytest.raises(Refused):
        assignments_take_back(actor=cast.chen, given=[], ended=[(old, None)])


def test_whoever_has_left_meanwhile_does_not_come_back(cast):
    grid, leaver = GridFactory(parent=cast.east), UserFactory(role="account_manager")
    row = assignment_start(actor=cast.chen, grid=grid, user=leaver, part="helper", valid_from=TODAY)
    assignment_end(actor=cast.chen, assignment=row, last_day=TODAY)
    leaver.is_active = False
    leaver.save()
    with pytest.raises(Refused):
        assignments_take_back(actor=cast.chen, given=[], ended=[(row, None)])
