"""Many visits at once that are known to be right: the path of the demo and of imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from customers.services.attribution import grids_held
from gridbank.errors import Refused
from grids.authority import Act, require
from people.models import User
from visits import selectors
from visits.actions import Action
from visits.body import VisitBody
from visits.models import Visit
from visits.services.rows import Belonging, follow, located, to_visit

BATCH = 1000


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as it comes in numbers: its body, and who made it to which household."""

    body: VisitBody
    place: Belonging
    received_at: datetime | None = None
    is_late: bool = False


@transaction.atomic
@recorded_last()
def visits_bulk_create(*, actor: User, rows: Sequence[VisitRow]) -> list[Visit]:
    """Store many visits with their offers and needs; one audit row. Nothing is stored when one is wrong.

    The bodies' texts and days are the caller's to check. Raises Refused when a customer is out of the actor's
    sight or lives in another household, or an id is taken; PermissionDenied when others made them.
    """
    if any(row.place.staff_id != actor.pk for row in rows):
        require(actor, Act.RECORDS_LOAD)
    homes = selectors.homes(actor=actor, ids={row.body.customer_id for row in rows})
    if any(homes.get(row.body.customer_id) != row.place.household_id for row in rows):
        raise Refused(_("One of these customers is not yours."))
    grids = grids_held({(row.place.household_id, row.body.day) for row in rows})
    kept = located((row.body, row.place.household_id) for row in rows)
    stored = [(row.body, _visit(row, grids[row.place.household_id, row.body.day], kept)) for row in rows]
    visits = [visit for _body, visit in stored]
    try:
        with transaction.atomic():
            # one order for all: no two imports deadlock
            Visit.objects.bulk_create(sorted(visits, key=attrgetter("pk")), batch_size=BATCH)
    except IntegrityError as error:
        raise Refused(_("One of these visits is stored already.")) from error
    follow(actor=actor, stored=stored)
    record(actor=actor, action=Action.VISIT_BULK_CREATED, changes={"visits": len(visits)})
    return visits


def _visit(row: VisitRow, grid_id: int, kept: set[int]) -> Visit:
    received_at = row.received_at or row.body.started_at
    return to_visit(
        row.body, row.place, grid_id=grid_id, received_at=received_at, is_late=row.is_late, located=kept
    )
