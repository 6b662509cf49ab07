"""The trail tells of what factories made: as if services had."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from audit.services import record
from gridbank.triggers import statements
from grids.actions import Action
from grids.guards import lead_guards
from grids.models import Assignment
from grids.services.proving import began


def tell_of_assignments() -> None:
    """Let one event name every assignment that stands."""
    rows = list(Assignment.everywhere().order_by("pk"))
    changes = {"count": len(rows), "assignments": began(rows)}
    record(actor=None, action=Action.ASSIGNMENTS_STARTED, changes=changes)


@contextmanager
def two_leads_allowed() -> Iterator[None]:
    """Let a grid have two leads on a day, as it may have had before the database refused them."""
    with connection.cursor() as cursor:
        # what is to be checked at the end is checked now: no table changes while something waits
        connection.check_constraints()
        for statement in statements(connection, lead_guards(), "drop"):
            cursor.execute(statement)
        yield
        connection.check_constraints()
        for statement in statements(connection, lead_guards(), "create"):
            cursor.execute(statement)
