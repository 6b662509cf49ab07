"""A day of what a person reached, put right or taken out: with a reason, and listed where a month is final."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import policies, selectors
from customers.actions import Action
from customers.enums import Evidence
from customers.models import Customer
from customers.policies import CREDITED
from customers.services import checks, trail
from customers.services.claims import Claimed, claims_enter, claims_withdraw
from customers.services.milestones import EVIDENCE, KINDS, STEP_DAYS, check_steps
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from grids import closing
from people.models import User


@transaction.atomic
def step_day_correct(
    *, actor: User, customer: Customer, version: int, step: str, day: date | None, reason: str
) -> Customer:
    """Put the day of an account or app step right, or take it out with no day. Raises Refused, StaleEdit.

    Whoever is credited stays so, unless it is taken out. Of a final month nothing changes; it is listed there.
    Raises PermissionDenied for what somebody else is credited with.
    """
    if step not in STEP_DAYS:
        raise Refused(_("This is not a step of the app."), field="step")
    rows = selectors.customer_list(actor=actor)
    seen = visible_or_404(rows, pk=customer.pk)
    stood = getattr(seen, step)
    # both months wait for whoever publishes them; months come before people
    final = closing.hold(seen.household.grid, (stood, day))
    person = visible_or_404(locked(rows), pk=customer.pk)
    policies.own_step(actor, person, step)
    trail.refuse_stale(person, version)
    if stood is None or getattr(person, step) != stood:
        raise Refused(_("This is not recorded."), field="step")
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    if day == stood:
        return person
    fields = [step]
    setattr(person, step, day)
    check_steps(person, [step, "app_verified_on"] if step == "app_downloaded_on" else [step])
    if day is None and step in CREDITED:
        setattr(person, CREDITED[step], None)
        fields.append(CREDITED[step])
    person.version += 1
    person.updated_at = timezone.now()
    fields += _claim_again(actor, person, step)
    person.save(update_fields=[*fields, "version", "updated_at"])
    told = {step: [stood.isoformat(), day.isoformat() if day else None]}
    closing.tell(closing.Change(actor, person.household.grid, person, final, told))
    changes = {
        "fields": told,
        "reason": checks.plain_text("reason", reason.strip()),
        "version": person.version,
    }
    record(actor=actor, action=Action.CUSTOMER_DAY_CORRECTED, subject=person, changes=changes)
    return person


def _claim_again(actor: User, person: Customer, step: str) -> list[str]:
    """Take back what was claimed; on another day it is another act, claimed by who put it right. Returns the column changed."""
    if step not in KINDS:
        return []
    day = getattr(person, step)
    claims_withdraw(kind=KINDS[step], source_ids=[person.pk])
    if day is not None:
        earner = getattr(person, f"{CREDITED[step]}_id") if step in CREDITED else None
        claims_enter(actor=actor, kind=KINDS[step], rows=[Claimed(person.pk, person.pk, day, earner)])
    if step not in EVIDENCE:
        return []
    setattr(person, EVIDENCE[step], None if day is None else Evidence.CLAIMED)
    return [EVIDENCE[step]]
