"""Who may do what in the archive: the household's grid decides, and it must be in force."""

from collections.abc import Collection
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.enums import Evidence
from customers.models import Attribution, Claim, Customer, Household, Residence
from gridbank.context import memo
from gridbank.days import holds, in_force, month_last
from gridbank.errors import NotAllowed, Refused
from gridbank.lookups import portions
from grids.authority import Act, may, require, where, why_not
from grids.enums import Part, Tier
from grids.models import Assignment, Grid
from grids.selectors import grid_list
from people.models import User
from people.persons import accounts_of

# who is credited with a day of what a person reached
CREDITED = {"customer_since": "opened_by", "app_verified_on": "app_activated_by"}


def grids_to_write(*, actor: User, act: Act = Act.ARCHIVE_WRITE) -> QuerySet[Grid]:
    """Return the grids in force today in which the person may open and change archives, or do another act."""
    return grid_list(actor=actor).filter(in_force(timezone.localdate()), where(actor, act))


def may_write(*, actor: User, household: Household, act: Act = Act.ARCHIVE_WRITE) -> bool:
    """Say whether the person may change this household's archive, or do another act with it."""
    grid = household.grid
    return may(actor, act, grid) and holds(grid.valid_from, grid.valid_to, timezone.localdate())


def own_ground(actor: User, household: Household, act: Act = Act.ARCHIVE_WRITE) -> None:
    """Let helpers and a special grid's manager read a household but not change it. Raises PermissionDenied."""
    if not may_write(actor=actor, household=household, act=act):
        raise NotAllowed(why_not(actor, act, household.grid))


def unrestricted(person: Customer, field: str | None = None) -> None:
    """Let what is only kept of a person be. Raises Refused."""
    if person.restricted_at is not None:
        raise Refused(
            _("Processing of this person's data is restricted. The branch can lift that."), field=field
        )


def twins_act(one: Customer, other: Customer) -> Act:
    """Return the power it takes to decide of two archives: of two branches' people head office decides."""
    same = one.household.grid.branch_id == other.household.grid.branch_id
    return Act.TWINS_DECIDE if same else Act.TWINS_ACROSS


def may_decide_twins(actor: User, one: Customer, other: Customer) -> bool:
    """Say whether somebody may decide if two archives are one person's."""
    act = twins_act(one, other)
    return may(actor, act, one.household.grid) and may(actor, act, other.household.grid)


def own_twins(actor: User, one: Customer, other: Customer) -> None:
    """Let only those go on who may decide if two archives are one person's. Raises PermissionDenied."""
    act = twins_act(one, other)
    for person in (one, other):
        require(actor, act, person.household.grid)


def may_correct_step(*, actor: User, person: Customer, step: str) -> bool:
    """Say whether somebody may put a day right: what somebody else is credited with is the branch's to correct."""
    if not may_write(actor=actor, household=person.household):
        return False
    credited = getattr(person, f"{CREDITED[step]}_id") if step in CREDITED else None
    return credited in {None, actor.pk} or may(actor, Act.STEP_CORRECT, person.household.grid)


def own_step(actor: User, person: Customer, step: str) -> None:
    """Let only those go on who may put that day right. Raises PermissionDenied."""
    own_ground(actor, person.household)
    if not may_correct_step(actor=actor, person=person, step=step):
        raise NotAllowed(why_not(actor, Act.STEP_CORRECT, person.household.grid))


def own_claims_q(actor: User) -> Q:
    """Return the condition that a claim is the person's own, by any of his accounts, so that his word adds nothing to it.

    He entered it, is credited with it, or is one of the leads whose ranking it enters: of a grid in which the household
    is, or was on that day or since, in the claim's month or since – a verified identity counts at every month's end.
    """
    ways = ("entered_by", "earner", "customer__opened_by", "customer__app_activated_by")
    mine = reduce(or_, [Q(**{f"{way}__in": accounts_of(actor)}) for way in ways])
    for grid_id, until in _led(actor):
        in_time = Q() if until is None else Q(day__lte=month_last(until))
        mine |= _in_grid(grid_id) & in_time
    return mine


def _led(actor: User) -> list[tuple[int, date | None]]:
    """Return the account managers' grids that the person leads or led, by any account, each with the last day."""
    kept, name = memo(), ("led", actor.pk)
    if name not in kept:
        rows = Assignment.everywhere().filter(
            user__in=accounts_of(actor), part=Part.LEAD, grid__tier=Tier.MANAGER
        )
        kept[name] = list(rows.values_list("grid_id", "valid_to"))
    found: list[tuple[int, date | None]] = kept[name]
    return found


def _in_grid(grid_id: int) -> Q:
    """Return the condition that who a claim is about belongs to a grid, or did on its day or since."""
    left = Attribution.everywhere().filter(
        household=OuterRef("customer__household"), grid=grid_id, valid_to__gte=OuterRef("day")
    )
    lived = Residence.everywhere().filter(customer=OuterRef("customer"), valid_to__gte=OuterRef("day"))
    there = Q(household__grid=grid_id) | Exists(
        Attribution.everywhere().filter(
            household=OuterRef("household"), grid=grid_id, valid_to__gte=OuterRef(OuterRef("day"))
        )
    )
    return Q(customer__household__grid=grid_id) | Exists(left) | Exists(lived.filter(there))


def own_claims(actor: User, claims: Collection[Claim]) -> frozenset[int]:
    """Return the keys of those among claims that the person has read that are his own: see `own_claims_q`."""
    found: set[int] = set()
    mine = own_claims_q(actor)
    for some in portions([claim.pk for claim in claims]):
        rows = Claim.objects.visible_to(actor).filter(mine, pk__in=some)
        found.update(rows.values_list("pk", flat=True))
    return frozenset(found)


def can_witness(actor: User, claim: Claim, own: Collection[int]) -> bool:
    """Whether the person may confirm or refute a claim now; `own` are the keys of those that are his own."""
    is_open = claim.state == Evidence.CLAIMED and claim.pk not in own
    return is_open and may(actor, Act.CLAIM_DECIDE, claim.customer.household.grid)


def why_no_witness() -> str:
    """Return why a person's word adds nothing to a claim of his own."""
    return _("Who entered it or earns by it can't confirm or refute it: a second person must.")
