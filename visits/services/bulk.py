"""Many visits at once that are known to be right: the path of the demo and of imports."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from customers.services.households import households_met
from gridbank.errors import Refused
from needs.services import NeedRow, needs_bulk_create
from people.models import User
from products.services import OfferRow, offers_bulk_create
from visits import selectors
from visits.actions import Action
from visits.body import NeedLine, OfferLine, VisitBody
from visits.models import Visit
from visits.services.receive import need_rows, offer_rows

BATCH = 1000


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as it comes in numbers. `offers` are (product id, result), `needs` are (text, due on)."""

    id: uuid.UUID
    household_id: int
    customer_id: int
    staff_id: int
    grid_id: int
    started_at: datetime
    mode: str
    met: bool
    note: str = ""
    next_on: date | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    offers: tuple[tuple[int, str], ...] = ()
    needs: tuple[tuple[str, date | None], ...] = ()
    received_at: datetime | None = None
    is_late: bool = False

    @property
    def body(self) -> VisitBody:
        """Return the body that a client would have sent."""
        return VisitBody(
            id=self.id,
            customer_id=self.customer_id,
            started_at=self.started_at,
            mode=self.mode,
            met=self.met,
            note=self.note,
            offers=tuple(OfferLine(*offer) for offer in self.offers),
            needs=tuple(NeedLine(*need) for need in self.needs),
            next_on=self.next_on,
            latitude=self.latitude,
            longitude=self.longitude,
            accuracy_m=self.accuracy_m,
        )


@transaction.atomic
def visits_bulk_create(*, actor: User, rows: Sequence[VisitRow]) -> list[Visit]:
    """Store many visits with their offers and needs; one audit row. Nothing is stored when one is wrong.

    The bodies' texts and days are the caller's to check. Raises Refused when a customer is out of the actor's
    sight or lives in another household, IntegrityError when an id is taken.
    """
    homes = selectors.homes(actor=actor, ids={row.customer_id for row in rows})
    if any(homes.get(row.customer_id) != row.household_id for row in rows):
        raise Refused(_("One of these customers is not yours."))
    visits: list[Visit] = []
    offers: list[OfferRow] = []
    needs: list[NeedRow] = []
    met: dict[int, date] = {}
    for row in rows:
        body = row.body
        visit = _visit(row, body)
        visits.append(visit)
        offers += offer_rows(body, visit)
        needs += need_rows(body, visit)
        if visit.met:
            met[visit.household_id] = max(visit.day, met.get(visit.household_id, visit.day))
    Visit.objects.bulk_create(visits, batch_size=BATCH)
    households_met(met)
    if offers:
        offers_bulk_create(actor=actor, rows=offers)
    if needs:
        needs_bulk_create(actor=actor, rows=needs)
    record(actor=actor, action=Action.VISIT_BULK_CREATED, changes={"visits": len(visits)})
    return visits


def _visit(row: VisitRow, body: VisitBody) -> Visit:
    return Visit(
        id=row.id,
        household_id=row.household_id,
        customer_id=row.customer_id,
        staff_id=row.staff_id,
        grid_id=row.grid_id,
        started_at=row.started_at,
        day=body.day,
        mode=row.mode,
        met=row.met,
        note=row.note,
        next_on=row.next_on,
        latitude=row.latitude,
        longitude=row.longitude,
        accuracy_m=row.accuracy_m,
        body_hash=body.digest,
        received_at=row.received_at or row.started_at,
        is_late=row.is_late,
    )
