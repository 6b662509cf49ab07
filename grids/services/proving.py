"""Who was responsible when, as the trail tells it: pay follows from these rows, and nobody else proves them."""

import json
from collections.abc import Iterator
from typing import Any

from audit.models import AuditEvent
from grids.actions import Action
from grids.models import Assignment

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
