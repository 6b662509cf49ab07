"""Who was responsible when, and what was handed over, as the trail tells it: pay follows from these rows, and nobody else proves them."""

import json
from collections.abc import Iterator
from typing import Any

from audit.models import AuditEvent
from grids.actions import Action
from grids.enums import HandoverState
from grids.models import Assignment, Handover

MODEL = Assignment._meta.label_lower
COLUMNS = ("grid_id", "user_id", "part", "valid_from", "valid_to")
Told = list[Any]
MOVED = {Action.ASSIGNMENT_ENDED, Action.ASSIGNMENT_RESUMED}


class AssignmentsTold:
    """Assignments beside the events by which they began, ended, went on and went; read before the events are.

    What began in bulk before the events named each row is only counted.
    """

    def __init__(self) -> None:
        """Read the rows."""
        self.before = _rows()
        self.told: dict[int, Told] = {}
        self.ended: dict[int, Any] = {}
        self.unnamed = 0

    def note(self, event: AuditEvent) -> None:
        """Remember what an event says of assignments."""
        if event.action == Action.ASSIGNMENTS_STARTED:
            changes = json.loads(event.changes)
            named = changes.get("assignments")
            self.unnamed += changes.get("count", 0) if named is None else 0
            self.told |= {pk: row for pk, *row in named or ()}
        elif event.action == Action.ASSIGNMENT_WITHDRAWN:
            self._note_gone(event, json.loads(event.changes))
        elif event.action in {Action.ASSIGNMENT_STARTED, *MOVED} and event.subject_type == MODEL:
            self._note_one(event.action, int(event.subject_id), json.loads(event.changes))

    def _note_one(self, action: str, pk: int, changes: dict[str, Any]) -> None:
        # an end taken back with a file was told as a start, with both days
        if action == Action.ASSIGNMENT_STARTED and not isinstance(changes.get("to"), list):
            self.told[pk] = [changes.get(name) for name in ("grid", "user", "part", "from", "to")]
        elif pk in self.told:
            self.told[pk][-1] = changes["to"][1]
        else:
            self.ended[pk] = changes["to"][1]

    def _note_gone(self, event: AuditEvent, changes: dict[str, Any]) -> None:
        """Forget one that was taken back; some events don't name the row, but what it said."""
        row = [changes.get(name) for name in ("grid", "user", "part", "from")]
        alike = [pk for pk, one in self.told.items() if one[:-1] == row]
        for pk in [int(event.subject_id)] if event.subject_type == MODEL else alike[-1:]:
            self.told.pop(pk, None)
            self.ended.pop(pk, None)

    def faults(self) -> Iterator[str]:
        """Name the rows that are not what was told, or of which nobody told; what changes meanwhile is looked at again."""
        after = _rows()
        for pk, row in sorted(self.told.items()):
            if row not in (self.before.get(pk), after.get(pk)):
                yield f"{MODEL} {pk}: it is not what the events tell of it"
        for pk, last_day in sorted(self.ended.items()):
            if last_day not in {rows[pk][-1] for rows in (self.before, after) if pk in rows}:
                yield f"{MODEL} {pk}: it doesn't end when the events say"
        # those that stood before anybody told of one came with the installation
        first = min(self.told, default=0)
        strangers = sorted(pk for pk in self.before if pk > first and first and pk not in self.told)
        for pk in strangers[self.unnamed :]:
            yield f"{MODEL} {pk}: no event tells that it began"


def _rows() -> dict[int, Told]:
    rows = Assignment.everywhere().order_by().values_list("pk", *COLUMNS)
    return {
        pk: [grid, user, part, since.isoformat(), until and until.isoformat()]
        for pk, grid, user, part, since, until in rows.iterator()
    }


def began(rows: list[Assignment]) -> list[Told]:
    """Return what the trail says of assignments that begin in bulk: each by its key."""
    return [[one.pk, *(getattr(one, name) for name in COLUMNS)] for one in rows]


HANDOVER = Handover._meta.label_lower
STATES = {
    Action.HANDOVER_OPENED: HandoverState.OPEN,
    Action.HANDOVER_DONE: HandoverState.DONE,
    Action.HANDOVER_UNDONE: HandoverState.UNDONE,
}


class HandoversTold:
    """Handovers beside the events that tell what is handed over and how far it is; read before the events are.

    One that SQL alone calls signed would be put in force by the clock.
    """

    def __init__(self) -> None:
        """Read the acts."""
        self.before = _handovers()
        self.told: dict[int, Told] = {}

    def note(self, event: AuditEvent) -> None:
        """Remember what an event says of a handover."""
        if event.action == Action.HANDOVER_SIGNED:
            changes = json.loads(event.changes)
            self._go_on(changes["handover"], changes["state"])
        elif event.action in STATES and event.subject_type == HANDOVER:
            pk = int(event.subject_id)
            if event.action == Action.HANDOVER_OPENED:
                self.told[pk] = _said(json.loads(event.changes))
            self._go_on(pk, STATES[Action(event.action)].value)

    def _go_on(self, pk: int, state: str) -> None:
        if pk in self.told:
            self.told[pk][0] = state

    def faults(self) -> Iterator[str]:
        """Name the acts that are not what was told, or of which nobody told; what changes meanwhile is looked at again."""
        after = _handovers()
        for pk, row in sorted(self.told.items()):
            if row not in (self.before.get(pk), after.get(pk)):
                yield f"{HANDOVER} {pk}: it is not what the events tell of it"
        for pk in sorted(self.before.keys() - self.told.keys()):
            yield f"{HANDOVER} {pk}: no event tells that it was opened"


def _said(changes: dict[str, Any]) -> Told:
    names = ("kind", "giver", "from", "residual_months")
    return [HandoverState.OPEN.value, *(changes[name] for name in names), sorted(changes["parts"])]


def _handovers() -> dict[int, Told]:
    facts = ("pk", "state", "kind", "giver_id", "first_day", "residual_months")
    parts = ("parts__grid_id", "parts__receiver_id", "parts__to_grid_id")
    found: dict[int, Told] = {}
    for pk, state, kind, giver, first_day, months, *part in (
        Handover.everywhere().order_by("parts__grid_id").values_list(*facts, *parts)
    ):
        row = found.setdefault(pk, [state, kind, giver, first_day.isoformat(), months, []])
        row[-1].append(part)
    return found
