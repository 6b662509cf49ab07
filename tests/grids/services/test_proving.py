"""Who was responsible when stands in the trail: rows changed, put in or taken out by SQL alone are named."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.services import record
from audit.verification import verify
from grids import services
from grids.actions import Action
from grids.models import Assignment
from tests.factories import GridFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def told(cast):
    """Return assignments that began in bulk and one by one, one of which has ended."""
    grids = [GridFactory(parent=cast.east) for _ in range(3)]
    rows = [services.AssignmentRow(grid=grid, user=cast.wang, valid_from=TODAY) for grid in grids[:2]]
    services.assignments_bulk_create(actor=None, rows=rows)
    one = services.assignment_start(
        actor=cast.chen, grid=grids[2], user=cast.wang, part="lead", valid_from=TODAY
    )
    bulk = Assignment.everywhere().filter(grid__in=grids[:2]).order_by("pk")
    services.assignment_end(actor=cast.chen, assignment=bulk[0], last_day=TODAY + timedelta(days=9))
    assert verify().breaks == []
    return [*bulk, one]


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("change", ["who", "since", "until", "gone"])
def test_a_row_that_is_not_what_was_told_is_named(cast, told, which, change):
    row = Assignment.everywhere().filter(pk=told[which].pk)
    changes = {
        "who": {"user": cast.li},
        "since": {"valid_from": TODAY - timedelta(days=40)},
        "until": {"valid_to": TODAY},
    }
    if change == "gone":
        row.delete()
    else:
        row.update(**changes[change])
    assert verify().breaks == [f"grids.assignment {told[which].pk}: it is not what the events tell of it"]


def test_a_row_that_nobody_told_of_is_named(cast, told):
    made = Assignment(grid=cast.grid_li, user=cast.wang, part="helper", valid_from=TODAY)
    made.save()
    assert verify().breaks == [f"grids.assignment {made.pk}: no event tells that it began"]


def test_a_part_taken_back_by_an_event_that_names_no_row_is_no_fault(cast, told):
    """So it was told until now when a file was undone; and its end, as a start with both days."""
    one = told[2]
    changes = {"grid": one.grid_id, "user": one.user_id, "part": one.part, "from": one.valid_from}
    Assignment.everywhere().filter(pk=one.pk).delete()
    record(actor=cast.chen, action=Action.ASSIGNMENT_WITHDRAWN, changes=changes)
    ended = told[0]
    Assignment.everywhere().filter(pk=ended.pk).update(valid_to=None)
    changes = {"grid": ended.grid_id, "user": ended.user_id, "to": [TODAY + timedelta(days=9), None]}
    record(actor=cast.chen, action=Action.ASSIGNMENT_STARTED, subject=ended, changes=changes)
    assert verify().breaks == []


def test_a_part_that_was_taken_back_and_stands_all_the_same_is_named(cast, told):
    later = GridFactory(parent=cast.east)
    one = services.assignment_start(
        actor=cast.chen, grid=later, user=cast.wang, part="lead", valid_from=TODAY + timedelta(days=1)
    )
    services.assignments_take_back(actor=cast.chen, given=[one], ended=[])
    assert verify().breaks == []
    Assignment(pk=one.pk, grid=later, user=cast.wang, part="lead", valid_from=TODAY).save(force_insert=True)
    assert verify().breaks == [f"grids.assignment {one.pk}: no event tells that it began"]
