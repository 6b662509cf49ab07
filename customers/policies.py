"""Who may do what in the archive: the household's grid decides, and it must be in force."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.enums import Evidence
from customers.models import Claim, Customer, Household
from gridbank.days import holds, in_force
from gridbank.errors import NotAllowed, Refused
from grids.authority import Act, may, where, why_not
from grids.models import Grid
from grids.selectors import grid_list
from people.models import User

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


def can_witness(actor: User, claim: Claim) -> bool:
    """Whether the person may confirm or refute a claim now."""
    is_open = claim.state == Evidence.CLAIMED and not why_not_witness(actor, claim)
    return is_open and may(actor, Act.CLAIM_DECIDE, claim.customer.household.grid)


def why_not_witness(actor: User, claim: Claim) -> str:
    """Return why the person's word adds nothing to a claim: it is his own, by staff number; empty for anybody else."""
    own = {person.staff_no for person in (claim.entered_by, claim.earner) if person is not None}
    if actor.staff_no not in own:
        return ""
    return _("Who entered it or earns by it can't confirm or refute it: a second person must.")
