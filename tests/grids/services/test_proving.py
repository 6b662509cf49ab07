"""Who was responsible when stands in the trail: rows changed, put in or taken out by SQL alone are named."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from audit.services import record
from audit.verification import verify
from gridbank.triggers import statements
from grids import services
from grids.actions import Action
from grids.guards import lead_guards
from grids.models import Assignment, Handover, HandoverPart
from grids.services import proving
from tests.factories import AssignmentFactory, GridFactory, UserFactory
from tests.grids.services.test_handing import come
from tests.grids.services.test_handovers import opened, signed
from tests.grids.telling import tell_of_assignments

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("witnesses_alone")]
TODAY = timezone.localdate()


@pytest.fixture
def told(cast):
    """Return assignments that began in bulk and one by one, one of which has ended."""
    tell_of_assignments()
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


def test_every_action_of_an_assignment_is_known_to_the_proof():
    named = {action for action in Action if action.value.split(".")[0] in {"assignment", "assignments"}}
    assert named == proving.OF_ASSIGNMENTS


def lead(grid):
    return Assignment.everywhere().get(grid=grid, part="lead", valid_to=None)


def start(cast, grid):
    given = {"part": "helper", "valid_from": TODAY}
    return services.assignment_start(actor=cast.chen, grid=grid, user=cast.sun, **given)


def transfer(cast, grid):
    return services.assignment_transfer(actor=cast.chen, grid=grid, user=cast.sun, first_day=TOMORROW)


def end(cast, grid):
    return services.assignment_end(actor=cast.chen, assignment=lead(grid), last_day=TODAY)


def take_back_start(cast, grid):
    services.assignments_take_back(actor=cast.chen, given=[start(cast, grid)], ended=[])


def take_back_transfer(cast, grid):
    before = lead(grid)
    services.assignments_take_back(actor=cast.chen, given=[transfer(cast, grid)], ended=[(before, None)])


def take_back_end(cast, grid):
    services.assignments_take_back(actor=cast.chen, given=[], ended=[(end(cast, grid), None)])


def set_several(cast, grid):
    services.assignments_set(actor=cast.chen, grids=[grid], user=cast.sun, part="lead", first_day=TODAY)


def backdated(kind, **given):
    def way(cast, grid):
        qian = UserFactory(username="qian", role="head_office")
        services.assignment_start(actor=None, grid=cast.root, user=qian, part="deputy", valid_from=TODAY)
        for name in given.keys() & {"assignment"}:
            given[name] = lead(grid)
        wanted = {
            "grid": grid,
            "user": cast.sun,
            "part": "lead",
            "since": TODAY - timedelta(days=3),
            "reason": "补记",
        }
        asked = services.backdating_ask(actor=cast.chen, kind=kind, **wanted | given)
        services.backdating_sign(actor=qian, backdating=asked)

    return way


def handover(cast, grid):
    signed(cast, opened(cast), "li", "sun", "chen")
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert services.handovers_due(actor=None) == 1


WAYS = {
    "start": start, "transfer": transfer, "end": end, "take back start": take_back_start,
    "take back transfer": take_back_transfer, "take back end": take_back_end, "set several": set_several, "handover": handover,
    "backdated start": backdated("start", part="helper"), "backdated transfer": backdated("transfer"),
    "backdated end": backdated("end", assignment=True),
}  # fmt: skip
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_named", [True, False])
def test_whatever_a_service_does_or_takes_back_is_as_the_trail_tells(cast, way, is_named):
    """Whether an installation's first assignments were named by their event, or only counted as once."""
    grid = GridFactory(parent=cast.east)
    AssignmentFactory(grid=grid, user=cast.li, valid_from=TODAY - timedelta(days=40))
    if is_named:
        tell_of_assignments()
    else:
        count = Assignment.everywhere().count()
        record(actor=None, action=Action.ASSIGNMENTS_STARTED, changes={"count": count})
    assert verify().breaks == []
    WAYS[way](cast, grid)
    assert verify().breaks == []
    # and nothing is let through besides
    row = Assignment(grid=cast.grid_wang, user=cast.li, part="helper", valid_from=TODAY)
    row.save()
    assert verify().breaks == [f"grids.assignment {row.pk}: no event tells that it began"]


def test_every_service_that_writes_one_is_driven():
    """Whoever adds a module that records of assignments adds it here, and a way above."""
    told = {path.name for path in Path("grids").rglob("*.py") if "Action.ASSIGNMENT" in path.read_text()}
    assert told == {"assignments.py", "withdrawing.py", "proving.py"}


def test_what_older_versions_told_of_taking_back_is_understood(cast):
    """They named no key of what was taken back, and told of what goes on as of something that starts."""
    tell_of_assignments()
    row = end(cast, cast.grid_li)
    Assignment.everywhere().filter(pk=row.pk).update(valid_to=None)
    changes = {"grid": row.grid_id, "user": row.user_id, "to": [TODAY, None]}
    record(actor=cast.chen, action=Action.ASSIGNMENT_STARTED, subject=row, changes=changes)
    made = start(cast, cast.grid_wang)
    Assignment.everywhere().filter(pk=made.pk).delete()
    changes = {"grid": cast.grid_wang.pk, "user": cast.sun.pk, "part": "helper", "from": TODAY}
    record(actor=cast.chen, action=Action.ASSIGNMENT_WITHDRAWN, changes=changes)
    assert verify().breaks == []


def test_one_that_was_taken_back_and_stands_again_is_named(cast, told):
    made = start(cast, cast.grid_wang)
    services.assignments_take_back(actor=cast.chen, given=[made], ended=[])
    again = Assignment(pk=made.pk, grid=cast.grid_wang, user=cast.sun, part="helper", valid_from=TODAY)
    again.save(force_insert=True)
    assert verify().breaks == [f"grids.assignment {made.pk}: no event tells that it began"]


def insert(pk, grid, user, *, part="helper", since=date(2026, 1, 1), until=None):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grids_assignment (id, grid_id, user_id, part, valid_from, valid_to) VALUES (%s, %s, %s, %s, %s, %s)",
            [pk, grid.pk, user.pk, part, since, until],
        )


@pytest.mark.parametrize("pk", [0, -1, -5])
@pytest.mark.parametrize("is_named", [True, False])
def test_whatever_key_a_forger_gives_it_is_named(cast, pk, is_named):
    if is_named:
        tell_of_assignments()
    else:
        count = Assignment.everywhere().count()
        record(actor=None, action=Action.ASSIGNMENTS_STARTED, changes={"count": count})
    insert(pk, cast.grid_li, cast.wang)
    assert verify().breaks == [f"grids.assignment {pk}: no event tells that it began"]


def test_two_leads_of_a_day_are_named_where_they_stand_already(cast):
    """They may have come in before the database refused them."""
    tell_of_assignments()
    with connection.cursor() as cursor:
        for statement in statements(connection, lead_guards(), "drop"):
            cursor.execute(statement)
        insert(900, cast.grid_li, cast.sun, part="lead", since=TODAY - timedelta(days=9), until=TODAY)
        for statement in statements(connection, lead_guards(), "create"):
            cursor.execute(statement)
    first = lead(cast.grid_li).pk
    assert f"grids.assignment 900: it leads a grid on days on which {first} does" in verify().breaks


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
    tell_of_assignments()
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
