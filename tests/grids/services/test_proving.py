"""Who was responsible when stands in the trail: rows changed, put in or taken out by SQL alone are named."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.services import record
from audit.verification import verify
from grids import services
from grids.actions import Action
from grids.models import Assignment, Handover, HandoverPart
from tests.factories import GridFactory
from tests.grids.services.test_handing import come
from tests.grids.services.test_handovers import opened, signed

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


@pytest.fixture
def acts(cast, unguarded):
    """Return a handover of each state."""
    going = [(cast.grid_wang, cast.sun, None)]
    undone = services.handover_undo(actor=cast.chen, handover=opened(cast, giver=cast.wang, parts=going))
    done = signed(cast, opened(cast), "li", "sun", "chen")
    waits = signed(cast, opened(cast, giver=cast.wang, parts=going), "wang", "sun", "chen")
    open_ = opened(cast, giver=cast.wu, parts=[(cast.grid_wu, cast.sun, None)], by="zhao")
    first_day = done.first_day
    assert verify().breaks == []
    come(done)
    services.handover_put_in_force(handover=done)
    Handover.everywhere().filter(pk=done.pk).update(first_day=first_day)
    assert verify().breaks == []
    return {"open": open_, "signed": waits, "done": done, "undone": undone}


FORGED = {
    "state": ("open", {"state": "signed"}),
    "again": ("signed", {"state": "open"}),
    "day": ("signed", {"first_day": TODAY}),
    "months": ("done", {"residual_months": 0}),
    "revived": ("undone", {"state": "signed", "undone_by": None, "undone_at": None}),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_handover_that_is_not_what_was_told_is_named(acts, how):
    which, changes = FORGED[how]
    Handover.everywhere().filter(pk=acts[which].pk).update(**changes)
    assert verify().breaks == [f"grids.handover {acts[which].pk}: it is not what the events tell of it"]


def test_a_handover_to_somebody_else_or_that_nobody_told_of_is_named(cast, acts):
    HandoverPart._base_manager.filter(handover=acts["signed"]).update(receiver=cast.wu)
    copy = Handover.everywhere().get(pk=acts["open"].pk)
    copy.pk = None
    copy.save(force_insert=True)
    assert verify().breaks == [
        f"grids.handover {acts['signed'].pk}: it is not what the events tell of it",
        f"grids.handover {copy.pk}: no event tells that it was opened",
    ]
