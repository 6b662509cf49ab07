"""What was written outside every act: the proof of the trail names it until somebody has explained it."""

import json
from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.models import AuditEvent, Untold
from audit.said import is_true
from audit.services import record
from audit.untold import RUNNING, TABLE
from gridbank.errors import Refused


class Outside:
    """Names each writing that no event tells of, but for those that a sealed event explains."""

    def __init__(self) -> None:
        """Read what is there: what comes meanwhile is looked at the next time."""
        self.rows = {one.pk: one for one in Untold.objects.order_by("pk")}

    def note(self, event: AuditEvent) -> None:
        """Leave out what is explained."""
        if event.action == Action.OUTSIDE_EXPLAINED and is_true(event):
            for pk in json.loads(event.changes)["keys"]:
                self.rows.pop(pk, None)

    def faults(self) -> Iterator[str]:
        """Say where and when."""
        for one in self.rows.values():
            at = timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M")
            yield f"{one.relation} {one.row}: it was written to at {at} outside every act that the trail tells of"


def outside_left() -> list[Untold]:
    """Return what was written outside every act and is not explained yet."""
    return list(_left().values())


def outside_stands() -> list[str]:
    """Return the tables written to outside every act, that nobody has explained; what the running act itself wrote is left out.

    An act that is yet to record its event stands noted until it does.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {TABLE} WHERE act = {RUNNING[connection.vendor]}")  # noqa: S608  our own names
        running = {key for (key,) in cursor.fetchall()}
    return sorted({one.relation for key, one in _left().items() if key not in running})


def refuse_outside() -> None:
    """Make nothing final, and do nothing by the clock, while rows that count were written past the services. Raises Refused.

    Until somebody has said why: what others signed may not be what stands there.
    """
    if tables := outside_stands():
        message = _(
            "Rows were written outside every act that the trail tells of: %(tables)s. Have it looked into first: "
            "verify_audit names them, explain_writing says why."
        )
        raise Refused(message % {"tables": ", ".join(tables)})


@transaction.atomic
def outside_explain(reason: str, keys: Sequence[int] = ()) -> int:
    """Record why rows were written by hand, and return how many writings that explains: those named, or all.

    A repair by SQL is told afterwards: it stands in the trail for good, with its tables and its reason.
    """
    left = {key: one for key, one in _left().items() if not keys or key in keys}
    if left:
        tables = sorted({one.relation for one in left.values()})
        changes = {"keys": list(left), "tables": tables, "reason": reason}
        record(actor=None, action=Action.OUTSIDE_EXPLAINED, changes=changes)
    return len(left)


def _left() -> dict[int, Untold]:
    outside = Outside()
    for event in AuditEvent.objects.filter(action=Action.OUTSIDE_EXPLAINED):
        outside.note(event)
    return outside.rows
