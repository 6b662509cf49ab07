"""Writing needs: raised, closed, corrected with their visit."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record, recorded_last
from customers import merging
from customers.attribution import Resettled
from customers.models import Customer, Household
from customers.policies import own_ground, unrestricted
from customers.selectors import customer_list, household_list
from customers.services.checks import check_model
from gridbank.errors import Refused
from gridbank.lookups import portions
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids.authority import Act, require, where
from needs import selectors
from needs.actions import Action
from needs.enums import NeedStatus
from needs.models import Need
from people.models import User

BATCH = 1000
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
    person = visible_or_404(people, pk=customer.pk)
    unrestricted(person, "customer")
    return household, person


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


@transaction.atomic
@recorded_last()
def needs_close(*, actor: User, needs: Sequence[Need], status: str, outcome: str) -> int:
    """Close several needs in one way, all or none; each leaves its row in the trail. Raises Refused."""
    if not needs:
        raise Refused(_("Tick at least one need."))
    for need in sorted(needs, key=lambda one: one.pk):
        need_close(actor=actor, need=need, status=status, outcome=outcome)
    return len(needs)


@transaction.atomic
@recorded_last()
def needs_reopen(*, actor: User, needs: Sequence[Need]) -> int:
    """Let needs be open again that the actor closed himself today, all or none. Raises Refused."""
    found = list(
        locked(selectors.need_list(actor=actor).filter(pk__in=[one.pk for one in needs])).order_by("pk")
    )
    today = timezone.localdate()
    if not found:
        raise Refused(_("There is nothing to undo."))
    for need in found:
        own_ground(actor, need.household, Act.NEED_CLOSE)
        closed = need.closed_at if need.closed_by_id == actor.pk else None
        if need.status not in CLOSED or closed is None or timezone.localdate(closed) != today:
            raise Refused(_("Only what one has closed oneself today is opened again."))
        before = {"status": [need.status, NeedStatus.OPEN], "outcome": need.outcome}
        need.status, need.outcome, need.closed_at, need.closed_by = NeedStatus.OPEN, "", None, None
        need.save(update_fields=["status", "outcome", "closed_at", "closed_by"])
        changes = {**before, "household": need.household_id}
        record(actor=actor, action=Action.NEED_REOPENED, subject=need, changes=changes)
    return len(found)


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
    ids = {row.household_id for row in rows}
    seen: set[int] = set()
    own = where(actor, Act.NEED_RAISE, "grid__")
    for some in portions(ids):
        found = household_list(actor=actor).filter(own, pk__in=some)
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


# what a visit's need has of the visit and of its line
FOLLOWS = ("text", "due_on", "raised_on", "customer_id")


@transaction.atomic
def needs_replace(
    *, actor: User, origin: uuid.UUID, rows: Sequence[NeedRow], which: Sequence[int | None] = ()
) -> list[Need]:
    """Bring the needs that one visit raised to what its correction says; what was closed keeps its words.

    `which` names, line by line, the need that a row is about; of a row without a name it is the one that says the
    same. The caller has read the visit as this actor and keeps what stood before. Raises Refused when something
    is new in a household where needs aren't the actor's to write.
    """
    standing = list(locked(selectors.need_list(actor=actor).filter(origin=origin)).order_by("pk"))
    found = _paired(standing, rows, which)
    added = [row for number, row in enumerate(rows) if number not in found]
    kept = {need.pk for need in found.values()}
    gone = [need for need in standing if need.pk not in kept and need.status == NeedStatus.OPEN]
    _check_households(actor, added)
    moved = [need for number, need in sorted(found.items(), key=_by_need) if _follow(need, rows[number])]
    for need in gone:
        need.delete()
    made = Need.objects.bulk_create([Need(**asdict(row)) for row in added])
    if added or moved or gone:
        changes = {"added": len(added), "changed": len(moved), "removed": len(gone)}
        record(actor=actor, action=Action.NEED_CORRECTED, changes={"visit": str(origin), **changes})
    return made


def _by_need(pair: tuple[int, Need]) -> int:
    return pair[1].pk


def _paired(
    standing: Sequence[Need], rows: Sequence[NeedRow], which: Sequence[int | None]
) -> dict[int, Need]:
    """Return by row's number the need that it is about: the one it names, else one that says the same."""
    found: dict[int, Need] = {}
    free = {need.pk: need for need in standing}
    for number, pk in enumerate(which):
        need = free.get(pk or 0)
        # one that is closed keeps its words: other words are another need
        if need is not None and (need.status == NeedStatus.OPEN or need.text == rows[number].text):
            found[number] = free.pop(need.pk)
    for columns in (("text", "due_on"), ("text",)):
        for number, row in enumerate(rows):
            same = [pk for pk, need in free.items() if _says(need, columns) == _says(row, columns)]
            if number not in found and same:
                found[number] = free.pop(same[0])
    return found


def _says(row: Need | NeedRow, columns: Sequence[str]) -> list[object]:
    return [getattr(row, column) for column in columns]


def _follow(need: Need, row: NeedRow) -> bool:
    """Bring a need to what its row says; tell whether anything was different."""
    fields = [name for name in FOLLOWS if getattr(need, name) != getattr(row, name)]
    for name in fields:
        setattr(need, name, getattr(row, name))
    if fields:
        need.save(update_fields=fields)
    return bool(fields)


def needs_follow(moved: Resettled) -> None:
    """Let what a person asked for and still waits for go with him to his new household; what is closed stays."""
    with waive_scope("the person was moved by somebody who may; what he waits for follows"):
        rows = Need.objects.filter(customer=moved.person, status=NeedStatus.OPEN, household=moved.left)
        for need in locked(rows.order_by("pk")):
            need.household = moved.person.household
            need.save(update_fields=["household"])


def register_merging() -> None:
    """Let needs follow whose archive goes into another one; they stay with the household that asked."""
    says = ("status", "due_on", "closed_at", "household_id")
    merging.register(
        merging.Follower("needs", gettext_lazy("Needs"), Need.objects.all, says, merging.Turn.AFTER_CLAIMS)
    )
