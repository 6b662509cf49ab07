"""A day of what a person reached, put right or taken out: with a reason, and listed where a month is final."""

from collections.abc import Collection
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
from customers.services.claims import (
    ACCOUNT,
    STANDING,
    Claimed,
    claims_enter,
    claims_of,
    claims_withdraw,
    stood_before,
)
from customers.services.milestones import EVIDENCE, KINDS, STEP_DAYS, check_steps
from gridbank.days import month_before, month_first
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
    policies.unrestricted(person, "day")
    trail.refuse_stale(person, version)
    if stood is None or getattr(person, step) != stood:
        raise Refused(_("This is not recorded."), field="step")
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    if day == stood:
        return person
    fields = [step]
    if step == "customer_since" and _was_customer(person, stood, day, final):
        person.customer_before = min(filter(None, (person.customer_before, stood)))
        fields.append("customer_before")
    setattr(person, step, day)
    check_steps(person, [step, "app_verified_on"] if step == "app_downloaded_on" else [step])
    if day is None and step in CREDITED:
        setattr(person, CREDITED[step], None)
        fields.append(CREDITED[step])
    person.version += 1
    person.updated_at = timezone.now()
    fields += _claim_again(actor, person, step, stood)
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


def _was_customer(person: Customer, stood: date, day: date | None, final: frozenset[date]) -> bool:
    """Say whether somebody whose day is put into a later month, or taken out, was a customer before it all the same.

    He wasn't when somebody else has denied it, and else only a slip shows that: nobody had confirmed it, its month isn't
    final, and the entry is no older than the month in which he is said to have become one, nor of a month before the last.
    """
    if day is not None and month_first(day) <= month_first(stood):
        return False
    told = claims_of(kind=ACCOUNT, source_id=person.pk)
    if any(one.decided_at is not None and one.state != Evidence.REFUTED for one in told):
        return True
    # taken out or not, it may be entered anew
    if told and told[-1].state == Evidence.REFUTED:
        return False
    if person.account_evidence != Evidence.CLAIMED or stood in final or not told:
        return True
    if day is None:
        return False
    month = month_first(day)
    return timezone.localdate(told[0].entered_at) < month or stood < month_before(month, 1)


def _claim_again(actor: User, person: Customer, step: str, stood: date) -> list[str]:
    """Take back what was claimed; on another day it is another act, claimed by who put it right. Returns the column changed."""
    if step not in KINDS:
        return []
    day, kind = getattr(person, step), KINDS[step]
    was = stood_before(kind=kind, source_id=person.pk) or stood
    claims_withdraw(kind=kind, source_ids=[person.pk])
    if day is not None:
        row = Claimed(person.pk, person.pk, day, _earner(person, step), was=None if was == day else was)
        claims_enter(actor=actor, kind=kind, rows=[row])
    if step not in EVIDENCE:
        return []
    setattr(person, EVIDENCE[step], None if day is None else Evidence.CLAIMED)
    return [EVIDENCE[step]]


def _earner(person: Customer, step: str) -> int | None:
    return getattr(person, f"{CREDITED[step]}_id") if step in CREDITED else None


def identity_claims(actor: User, person: Customer, steps: Collection[str] = tuple(EVIDENCE)) -> list[str]:
    """Take back every word about somebody who has another name or document by now: it was said of somebody else.

    What was claimed or confirmed is claimed again, by who changed it. Returns the columns changed; the caller saves them.
    """
    columns = []
    for step, column in EVIDENCE.items():
        if step not in steps:
            continue
        if getattr(person, step) is None or getattr(person, column) not in STANDING:
            continue
        was = stood_before(kind=KINDS[step], source_id=person.pk)
        claims_withdraw(kind=KINDS[step], source_ids=[person.pk])
        day = getattr(person, step)
        row = Claimed(
            person.pk, person.pk, day, _earner(person, step), was=None if was == day else was,
            is_other_person=True,
        )  # fmt: skip
        claims_enter(actor=actor, kind=KINDS[step], rows=[row])
        setattr(person, column, Evidence.CLAIMED)
        columns.append(column)
    return columns
