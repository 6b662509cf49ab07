"""Who was responsible when, and what was handed over, as the trail tells it: pay follows from these rows, and nobody else proves them."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from audit.models import AuditEvent
from grids.actions import Action
from grids.enums import HandoverState, Part
from grids.models import Assignment, Handover

MODEL = Assignment._meta.label_lower
COLUMNS = ("grid_id", "user_id", "part", "valid_from", "valid_to")
TOLD_AS = ("grid", "user", "part", "from", "to")
UNTIL = len(TOLD_AS) - 1
# every action of an assignment; a test asks that none is left out
OF_ASSIGNMENTS = {
    Action.ASSIGNMENTS_STARTED,
    Action.ASSIGNMENT_STARTED,
    Action.ASSIGNMENT_ENDED,
    Action.ASSIGNMENT_RESUMED,
    Action.ASSIGNMENT_WITHDRAWN,
}
Told = list[Any]


class AssignmentsTold:
    """Assignments beside the events by which they began, ended, went on or were taken back; read before those are.

    What began in bulk before the events named each row is only counted. Where no event tells of any assignment, they
    were all brought with the installation.
    """

    def __init__(self) -> None:
        """Read the rows."""
        self.before = _rows()
        self.told: dict[int, Told] = {}
        self.ended: dict[int, Any] = {}
        self.gone: set[int] = set()
        self.unnamed = 0
        self.is_told = False

    def note(self, event: AuditEvent) -> None:
        """Remember what an event says of assignments."""
        if event.action not in OF_ASSIGNMENTS:
            return
        self.is_told = True
        changes = json.loads(event.changes)
        if event.action == Action.ASSIGNMENTS_STARTED:
            named = changes.get("assignments")
            self.unnamed += changes.get("count", 0) if named is None else 0
            self.told |= {pk: row for pk, *row in named or ()}
        elif event.action == Action.ASSIGNMENT_WITHDRAWN:
            self._note_gone(event, changes)
        elif event.subject_type == MODEL:
            self._note_one(event.action, int(event.subject_id), changes)

    def _note_one(self, action: str, pk: int, changes: dict[str, Any]) -> None:
        # one that goes on was told of as begun once, by the days of its end before and now
        if action == Action.ASSIGNMENT_STARTED and "part" in changes:
            self.told[pk] = [changes.get(name) for name in TOLD_AS]
        elif pk in self.told:
            self.told[pk][UNTIL] = changes["to"][1]
        else:
            self.ended[pk] = changes["to"][1]

    def _note_gone(self, event: AuditEvent, changes: dict[str, Any]) -> None:
        """Forget one that was taken back: by its key, or, as long as events didn't name it, by what it was."""
        if event.subject_type == MODEL:
            pk: int | None = int(event.subject_id)
        else:
            was = [changes.get(name) for name in TOLD_AS[:UNTIL]]
            pk = next((key for key, row in self.told.items() if row[:UNTIL] == was), None)
        if pk is None or self.told.pop(pk, None) is None:
            self.unnamed = max(0, self.unnamed - 1)
        if pk is not None:
            self.ended.pop(pk, None)
            self.gone.add(pk)

    def faults(self) -> Iterator[str]:
        """Name the rows that are not what was told, or of which nobody told; what changes meanwhile is looked at again."""
        after = _rows()
        for pk, row in sorted(self.told.items()):
            if row not in (self.before.get(pk), after.get(pk)):
                yield f"{MODEL} {pk}: it is not what the events tell of it"
        for pk, last_day in sorted(self.ended.items()):
            if last_day not in {rows[pk][UNTIL] for rows in (self.before, after) if pk in rows}:
                yield f"{MODEL} {pk}: it doesn't end when the events say"
        for pk in self._strangers(after):
            yield f"{MODEL} {pk}: no event tells that it began"
        for one, other in _doubled(after):
            yield f"{MODEL} {other}: it leads a grid on days on which {one} does"

    def _strangers(self, after: dict[int, Told]) -> list[int]:
        """Return the rows of which nobody told, beyond as many as were only counted; those have keys of the database."""
        if not self.is_told:
            return []
        # one that began and was taken back meanwhile was told of by two events, of which this walk saw one at most
        there = [pk for pk in self.before if pk not in self.told and pk in after]
        taken_back = sorted(pk for pk in there if pk in self.gone)
        excused = sorted(pk for pk in there if pk > 0 and pk not in self.gone)
        return [*sorted(pk for pk in there if pk <= 0), *taken_back, *excused[self.unnamed :]]


def _rows() -> dict[int, Told]:
    rows = Assignment.everywhere().order_by().values_list("pk", *COLUMNS)
    return {
        pk: [grid, user, part, since.isoformat(), until and until.isoformat()]
        for pk, grid, user, part, since, until in rows.iterator()
    }


def _doubled(rows: dict[int, Told]) -> Iterator[tuple[int, int]]:
    """Return pairs of leads of one grid that have a day in common: whoever came last would win it."""
    leads = [(row[0], row[3], row[4], pk) for pk, row in rows.items() if row[2] == Part.LEAD]
    leads.sort(key=lambda lead: (lead[0], lead[1], lead[3]))
    for (grid, _since, until, one), (other_grid, since, _until, other) in pairwise(leads):
        if grid == other_grid and (until is None or since <= until):
            yield one, other


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
