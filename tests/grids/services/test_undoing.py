"""What was given from today or a later day on is taken back as if it had never been; what has begun to count isn't."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from grids.models import Assignment
from grids.services import assignment_end, assignment_start, assignment_transfer, assignments_take_back
from tests.factories import GridFactory, UserFactory
from tests.people import assign

TODAY = timezone.localdate()


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
