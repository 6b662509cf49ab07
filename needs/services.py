"""Writing needs: raised, closed, corrected with their visit."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers.models import Customer, Household
from customers.policies import own_ground
from customers.selectors import customer_list, household_list
from customers.services.checks import check_model
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from grids.authority import Act, require, where
from needs import selectors
from needs.actions import Action
from needs.enums import NeedStatus
from needs.models import Need
from people.models import User

BATCH, LOOKUP = 1000, 500
CLOSED = (NeedStatus.DONE, NeedStatus.DROPPED)


def _locked(
    actor: User, household: Household, customer: Customer | None
) -> tuple[Household, Customer | None]:
    """Read a household to write on, and one of its people, again as the actor. Raises OutOfSight, PermissionDenied."""
    homes = locked(household_list(actor=actor))
    household = visible_or_404(homes, pk=household.pk)
    own_ground(actor, household, Act.NEED_RAISE)
    if customer is None:
        return household, None
    people = locked(customer_list(actor=actor).filter(household=household))
    return household, visible_or_404(people, pk=customer.pk)


@transaction.atomic
def need_raise(
    *,
    actor: User,
    household: Household,
    text: str,
    raised_on: date,
    due_on: date | None = None,
    customer: Customer | None = None,
    origin: uuid.UUID | None = None,
) -> Need:
    """Write down what a household asked for. Raises OutOfSight, PermissionDenied, Refused."""
    household, customer = _locked(actor, household, customer)
    need = Need(
        household=household, customer=customer, text=text, due_on=due_on, raised_on=raised_on, raised_by=actor,
        origin=origin,
    )  # fmt: skip
    check_model(need, ["text"])
    if due_on is not None and due_on < raised_on:
        raise Refused(_("The day it is due lies before the day it was raised."), field="due_on")
    need.save()
    record(actor=actor, action=Action.NEED_RAISED, subject=need, changes={"household": household.pk})
    return need


@transaction.atomic
def need_close(*, actor: User, need: Need, status: str, outcome: str) -> Need:
    """Close a need as done or dropped, saying what came of it. Raises Refused when it is closed already."""
    need = visible_or_404(locked(selectors.need_list(actor=actor)), pk=need.pk)
    own_ground(actor, need.household, Act.NEED_CLOSE)
    if need.status != NeedStatus.OPEN:
        raise Refused(_("This need is closed already."))
    if status not in CLOSED:
        raise Refused(_("Say whether the need was met or dropped."), field="status")
    if not outcome.strip():
        raise Refused(_("Say what came of it."), field="outcome")
    need.status, need.outcome = status, outcome.strip()
    check_model(need, ["status", "outcome"])
    need.closed_at, need.closed_by = timezone.now(), actor
    need.save(update_fields=["status", "outcome", "closed_at", "closed_by"])
    changes = {"status": need.status, "household": need.household_id}
    record(actor=actor, action=Action.NEED_CLOSED, subject=need, changes=changes)
    return need


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need as it comes in numbers: from visits and the demo. `closed_at` empty means open."""

    household_id: int
    text: str
    raised_on: date
    raised_by_id: int
    customer_id: int | None = None
    due_on: date | None = None
    origin: uuid.UUID | None = None
    status: str = NeedStatus.OPEN
    outcome: str = ""
    closed_at: datetime | None = None
    closed_by_id: int | None = None


def _check_households(actor: User, rows: Sequence[NeedRow]) -> None:
    ids = sorted({row.household_id for row in rows})
    seen: set[int] = set()
    own = where(actor, Act.NEED_RAISE, "grid__")
    for at in range(0, len(ids), LOOKUP):
        found = household_list(actor=actor).filter(own, pk__in=ids[at : at + LOOKUP])
        seen.update(found.values_list("pk", flat=True))
    if len(seen) < len(ids):
        raise Refused(_("One of these households is not yours."))


@transaction.atomic
def needs_bulk_create(*, actor: User, rows: Sequence[NeedRow]) -> list[Need]:
    """Write down many needs; one audit row. Raises Refused when one is of a household where they aren't his to write.

    Raises PermissionDenied when others raised or closed them.
    """
    if any({row.raised_by_id, row.closed_by_id} - {actor.pk, None} for row in rows):
        require(actor, Act.RECORDS_LOAD)
    _check_households(actor, rows)
    needs = Need.objects.bulk_create([Need(**asdict(row)) for row in rows], batch_size=BATCH)
    record(actor=actor, action=Action.NEED_BULK_RAISED, changes={"needs": len(needs)})
    return needs


@transaction.atomic
def needs_replace(*, actor: User, origin: uuid.UUID, rows: Sequence[NeedRow]) -> list[Need]:
    """Bring the needs that one visit raised to what its correction says; what was closed stays as it is.

    The caller has read the visit as this actor and keeps what stood before. Raises Refused when something
    is new in a household where needs aren't the actor's to write.
    """
    standing = {need.text: need for need in selectors.need_list(actor=actor).filter(origin=origin)}
    wanted = {row.text: row for row in rows}
    added = [row for text, row in wanted.items() if text not in standing]
    moved = [need for text, need in standing.items() if text in wanted and need.due_on != wanted[text].due_on]
    gone = [need for text, need in standing.items() if text not in wanted and need.status == NeedStatus.OPEN]
    _check_households(actor, added)
    for need in moved:
        need.due_on = wanted[need.text].due_on
        need.save(update_fields=["due_on"])
    for need in gone:
        need.delete()
    made = Need.objects.bulk_create([Need(**asdict(row)) for row in added])
    if added or moved or gone:
        changes = {"added": len(added), "changed": len(moved), "removed": len(gone)}
        record(actor=actor, action=Action.NEED_CORRECTED, changes={"visit": str(origin), **changes})
    return made
