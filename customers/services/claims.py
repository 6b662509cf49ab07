"""Claims: what one person entered and what earns by it, confirmed or refuted by somebody else.

The row that earns keeps its evidence too, so that a month's computation reads nothing besides; both are written here, in
one transaction. Households are held first: whoever corrects what was claimed holds them as well.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from customers import claiming, policies, selectors
from customers.actions import Action
from customers.enums import Evidence, Witness
from customers.models import Claim, Customer
from customers.services.attribution import households_hold
from gridbank.errors import Refused
from gridbank.lookups import portions
from gridbank.numbers import refuse_numbers
from gridbank.scoping import OutOfSight, waive_scope
from gridbank.turns import locked
from grids import closing
from grids.authority import Act, require
from people.models import User

BATCH = 1000
STANDING = (Evidence.CLAIMED, Evidence.CONFIRMED)
VERDICTS = {Evidence.CONFIRMED: Action.CLAIMS_CONFIRMED, Evidence.REFUTED: Action.CLAIMS_REFUTED}
REASON_MOST = 200
ACCOUNT, DOWNLOADED, VERIFIED = "account", "downloaded", "verified"


@dataclass(frozen=True, slots=True)
class Claimed:
    """Something that was entered: about whom, which row earns, on which day, and for whom.

    `was` is the day that stood there before; `is_other_person` says that the name or document was another one.
    """

    customer_id: int
    source_id: int
    day: date
    earner_id: int | None
    was: date | None = None
    is_other_person: bool | None = None


def claims_enter(*, actor: User | None, kind: str, rows: Iterable[Claimed]) -> None:
    """Note that something was entered and waits for somebody else's word. The caller keeps it in the row that earns."""
    now = timezone.now()
    Claim.objects.bulk_create(
        (
            Claim(
                customer_id=row.customer_id, kind=kind, source_id=row.source_id, day=row.day, entered_by=actor,
                earner_id=row.earner_id, entered_at=now, was=row.was, is_other_person=row.is_other_person,
            )
            for row in rows
        ),
        batch_size=BATCH,
    )  # fmt: skip


def claims_withdraw(*, kind: str, source_ids: Collection[int]) -> None:
    """Note that what was claimed doesn't stand there any more, or is another act now."""
    with waive_scope("the correction was allowed; what it took away is claimed no more"):
        rows = Claim.objects.filter(kind=kind, source_id__in=source_ids, state__in=STANDING)
        rows.update(state=Evidence.WITHDRAWN)


def claims_of(*, kind: str, source_id: int) -> list[Claim]:
    """Return what was ever claimed of something, the oldest first. For services that hold the row that earns."""
    with waive_scope("the caller holds the row that is asked about"):
        return list(Claim.objects.filter(kind=kind, source_id=source_id).order_by("pk"))


def stood_before(*, kind: str, source_id: int) -> date | None:
    """Return the first day that was claimed for something, which its next claim shows too; None when none was."""
    told = claims_of(kind=kind, source_id=source_id)
    return told[-1].was or told[-1].day if told else None


def is_refuted(*, kind: str, source_id: int) -> bool:
    """Say whether the last word about something that was entered is that it isn't so: it may be entered anew."""
    told = claims_of(kind=kind, source_id=source_id)
    return bool(told) and told[-1].state == Evidence.REFUTED


@transaction.atomic
def claims_decide(
    *,
    actor: User | None,
    claims: Collection[int],
    verdict: int,
    reason: str = "",
    witness: str = Witness.PERSON,
) -> int:
    """Confirm or refute claims, all or none; returns how many. One audit row.

    A second person may, never who entered one or earns by it; with the core system as witness whoever may load records.
    What lies in a month that is final changes nothing there: it is told and listed. Raises Refused, PermissionDenied.
    """
    action, reason = VERDICTS.get(Evidence(verdict)), reason.strip()
    if action is None:
        raise Refused(_("A claim is confirmed or refuted."), field="verdict")
    if verdict == Evidence.REFUTED and not reason:
        raise Refused(_("Give the reason why it isn't so."), field="reason")
    if len(reason) > REASON_MOST:
        raise Refused(_("The reason is too long."), field="reason")
    refuse_numbers("reason", reason)
    wanted = _seen(actor, claims)
    households_hold({claim.customer.household_id for claim in wanted})
    final = _hold_months(wanted)
    _hold_people({claim.customer_id for claim in wanted})
    # as they are now that nobody corrects what they are about
    wanted = _seen(actor, claims)
    own = policies.own_claims(actor, wanted) if actor is not None else frozenset[int]()
    if witness == Witness.CORE:
        _require_records(actor, wanted)
    for claim in wanted:
        _check(actor, claim, witness, own)
    _keep(wanted, Evidence(verdict), actor, witness, reason)
    _tell(actor, wanted, final, Evidence(verdict))
    changes = {"claims": [claim.pk for claim in wanted], "witness": witness, "reason": reason}
    record(actor=actor, action=action, changes=changes)
    return len(wanted)


@transaction.atomic
def claims_reopen(*, actor: User | None, claims: Collection[int]) -> int:
    """Take back what the core system's file said of claims: each waits for somebody's word again. One audit row.

    The caller holds the people and their months, none of which is final. Raises PermissionDenied.
    """
    wanted = [claim for claim in _seen(actor, claims) if claim.witness == Witness.CORE]
    _require_records(actor, wanted)
    kinds, sources = claiming.kinds(), defaultdict[str, list[int]](list)
    for claim in wanted:
        sources[claim.kind].append(claim.source_id)
    for key in (key for key in kinds if key in sources):
        kinds[key].apply(sorted(sources[key]), Evidence.CLAIMED)
    blank = {"decided_by": None, "decided_at": None, "witness": "", "reason": ""}
    with waive_scope("they were read as this person"):
        for keys in portions([claim.pk for claim in wanted]):
            Claim.objects.filter(pk__in=keys).update(state=Evidence.CLAIMED, **blank)
    record(actor=actor, action=Action.CLAIMS_REOPENED, changes={"claims": [claim.pk for claim in wanted]})
    return len(wanted)


def _seen(actor: User | None, claims: Collection[int]) -> list[Claim]:
    keys, found = sorted(set(claims)), list[Claim]()
    # the installation itself, which brings a file, has no sight
    every: QuerySet[Claim] = models.QuerySet(Claim).select_related("customer__household__grid")
    rows = selectors.claim_list(actor=actor) if actor is not None else every
    for some in portions(keys):
        found += rows.filter(pk__in=some).order_by("pk")
    if not keys:
        raise Refused(_("Tick at least one."), field="claims")
    if len(found) < len(keys):
        raise OutOfSight
    return found


def _hold_months(claims: Iterable[Claim]) -> dict[int, frozenset[date]]:
    """Hold the months of every day, bank by bank; return the final ones."""
    days: dict[int, set[date]] = defaultdict(set)
    grids = {}
    for claim in claims:
        grid = claim.customer.household.grid
        grids[grid.root_id] = grid
        days[grid.root_id].add(claim.day)
    return {root: closing.hold(grids[root], days[root]) for root in sorted(days)}


def _hold_people(ids: Collection[int]) -> None:
    """Hold the people until commit, in order: whoever puts a day of theirs right does too."""
    with waive_scope("the claims were read as this person; whom they are about is only held"):
        for some in portions(ids):
            list(locked(Customer.objects.filter(pk__in=some).order_by("pk")).values_list("pk", flat=True))


def _require_records(actor: User | None, claims: Iterable[Claim]) -> None:
    """Let only those go on who may load a bank's records: asked once for each bank, whatever the number of rows."""
    roots = {claim.customer.household.grid.root_id: claim.customer.household.grid for claim in claims}
    for grid in roots.values():
        require(actor, Act.RECORDS_LOAD, grid)


def _check(actor: User | None, claim: Claim, witness: str, own: Collection[int]) -> None:
    if witness != Witness.CORE:
        require(actor, Act.CLAIM_DECIDE, claim.customer.household.grid)
        if claim.pk in own:
            raise Refused(policies.why_no_witness())
    policies.unrestricted(claim.customer, "claims")
    if claim.state != Evidence.CLAIMED:
        raise Refused(_("One of these is decided already. Look at the list again."))


def _keep(claims: list[Claim], verdict: Evidence, actor: User | None, witness: str, reason: str) -> None:
    kinds, sources = claiming.kinds(), defaultdict[str, list[int]](list)
    for claim in claims:
        sources[claim.kind].append(claim.source_id)
    for key in (key for key in kinds if key in sources):
        kinds[key].apply(sorted(sources[key]), verdict)
    decided = {"decided_by": actor, "decided_at": timezone.now(), "witness": witness, "reason": reason}
    with waive_scope("they were read as this person"):
        for keys in portions([claim.pk for claim in claims]):
            Claim.objects.filter(pk__in=keys).update(state=verdict, **decided)


def _tell(
    actor: User | None, claims: Iterable[Claim], final: dict[int, frozenset[date]], verdict: Evidence
) -> None:
    told = {"evidence": [Evidence.CLAIMED.name.lower(), verdict.name.lower()]}
    for claim in claims:
        grid = claim.customer.household.grid
        days = {claim.day} & final[grid.root_id]
        closing.tell(closing.Change(actor, grid, claim, frozenset(days), told))


def _mark(column: str, ids: Collection[int], state: Evidence) -> None:
    """Keep the evidence in the people it is about."""
    with waive_scope("the claim was decided; the row that earns says so"):
        for some in portions(ids):
            rows = Customer.objects.filter(pk__in=some)
            rows.update(**{column: state})


def unclaimed(kind: str, rows: QuerySet[Any]) -> list[int]:
    """Return which rows that count as confirmed no claim confirms; none where nothing was ever claimed."""
    with waive_scope("a proof looks at every row that earns"):
        if not Claim.objects.filter(kind=kind).exists():
            return []
        said = Claim.objects.filter(kind=kind, source_id=OuterRef("pk"), state=Evidence.CONFIRMED)
        return list(rows.filter(~Exists(said)).order_by("pk").values_list("pk", flat=True)[:BATCH])


def _people_unclaimed(kind: str, day: str, column: str) -> list[int]:
    rows: QuerySet[Any] = models.QuerySet(Customer).filter(
        **{f"{day}__isnull": False, column: Evidence.CONFIRMED}
    )
    return unclaimed(kind, rows)


def _unmarked(_ids: Collection[int], _state: Evidence) -> None:
    """Nothing earns by a download alone."""


def register_kinds() -> None:
    """Say what is claimed of people. Called once, when the app is ready."""
    mark_account, mark_app = partial(_mark, "account_evidence"), partial(_mark, "app_evidence")
    account = partial(_people_unclaimed, ACCOUNT, "customer_since", "account_evidence")
    claiming.register(claiming.Kind(ACCOUNT, gettext_lazy("Account opened"), mark_account, unclaimed=account))
    claiming.register(claiming.Kind(DOWNLOADED, gettext_lazy("App downloaded"), _unmarked))
    app = partial(_people_unclaimed, VERIFIED, "app_verified_on", "app_evidence")
    claiming.register(claiming.Kind(VERIFIED, gettext_lazy("App identity verified"), mark_app, unclaimed=app))
