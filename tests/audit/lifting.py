"""The trail without its triggers, as for somebody who owns the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from audit.guards import chain, guards
from audit.models import AuditEvent, AuditHead
from gridbank import triggers


@contextmanager
def lifted() -> Iterator[None]:
    """Lift the triggers, and put them back."""
    for direction in ("drop", "create"):
        with connection.cursor() as cursor:
            for sql in (guards(), chain()):
                for statement in triggers.statements(connection, sql, direction):
                    cursor.execute(statement)
        if direction == "drop":
            yield


def move_head(**to: object) -> None:
    """Move the head to what is given, or to the event that stands last."""
    last = AuditEvent.objects.order_by("-pk").first()
    with lifted():
        AuditHead.objects.update(
            **(to or {"count": AuditEvent.objects.count(), "hash": last.hash, "at": last.at})
        )
