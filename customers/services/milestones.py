"""What a person reached: the first account, and the app from told to verified."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import policies, selectors
from customers.actions import Action
from customers.enums import Evidence
from customers.identity import EARLIEST
from customers.models import Customer
from customers.services.attribution import households_hold
from customers.services.claims import (
    ACCOUNT,
    DOWNLOADED,
    VERIFIED,
    Claimed,
    claims_enter,
    is_refuted,
    stood_before,
)
from gridbank.days import GUARDED_AGE, year_first
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from grids import closing
from people.models import User

STEPS = {"informed": "app_informed_on", "downloaded": "app_downloaded_on", "verified": "app_verified_on"}
STEP_DAYS = (*STEPS.values(), "customer_since")
KINDS = {"customer_since": ACCOUNT, "app_downloaded_on": DOWNLOADED, "app_verified_on": VERIFIED}
"""What is claimed with a day; that somebody was told of the app earns nothing."""
EVIDENCE = {"customer_since": "account_evidence", "app_verified_on": "app_evidence"}


def check_steps(person: Customer, fields: Iterable[str]) -> None:
    """Check these days of what a person reached, before they are stored. Raises Refused."""
    today, age = timezone.localdate(), person.age_on(timezone.localdate())
    given = {field: day for field in fields if (day := getattr(person, field)) is not None}
    for day in given.values():
        if day > today:
            raise Refused(_("The day lies in the future."), field="day")
        if person.died_on is not None and day > person.died_on:
            raise Refused(_("The day lies after the person's death."), field="day")
        # by the year, which the age shows: asked day by day, an answer by the date would tell the date of birth
        if day < (EARLIEST if person.birth_date is None else year_first(person.birth_date)):
            raise Refused(_("The day lies before the person was born."), field="day")
        if age is not None and age < GUARDED_AGE:
            raise Refused(_("This is not recorded of a child under 14."), field="day")
    downloaded, verified = person.app_downloaded_on, given.get("app_verified_on")
    if verified is not None and (downloaded is None or downloaded > verified):
        raise Refused(_("The app must be downloaded before its identity check."), field="day")


def _locked(actor: User, customer: Customer, field: str, day: date) -> Customer:
    rows = selectors.customer_list(actor=actor)
    # whoever lets the person move holds it too: what is read after the wait is where he lives then
    households_hold([visible_or_404(rows, pk=customer.pk).household_id])
    # whoever publishes the day's month waits for this, or this waits for him; months come before people
    closing.hold(visible_or_404(rows, pk=customer.pk).household.grid, (day,))
    person = visible_or_404(locked(rows), pk=customer.pk)
    policies.own_ground(actor, person.household)
    policies.unrestricted(person, "day")
    if getattr(person, field) is not None and not _is_free(person, field):
        raise Refused(_("This step is already recorded."), field="day")
    return person


def _is_free(person: Customer, field: str) -> bool:
    """Say whether what stands there was refuted: then it may be recorded anew."""
    return field in KINDS and is_refuted(kind=KINDS[field], source_id=person.pk)


def _saved(actor: User, person: Customer, action: Action, fields: list[str], day: date) -> Customer:
    # held already, before the person was
    final = closing.hold(person.household.grid, (day,))
    if column := EVIDENCE.get(fields[0]):
        setattr(person, column, Evidence.CLAIMED)
        fields = [*fields, column]
    person.version += 1
    person.updated_at = timezone.now()
    person.save(update_fields=[*fields, "version", "updated_at"])
    if kind := KINDS.get(fields[0]):
        was = stood_before(kind=kind, source_id=person.pk)
        if kind == ACCOUNT:
            was = min(filter(None, (was, person.customer_before)), default=None)
        row = Claimed(person.pk, person.pk, day, actor.pk, was=None if was == day else was)
        claims_enter(actor=actor, kind=kind, rows=[row])
    told = {fields[0]: [None, day.isoformat()]}
    closing.tell(closing.Change(actor, person.household.grid, person, final, told))
    changes = {"fields": {fields[0]: [None, day]}, "version": person.version}
    record(actor=actor, action=action, subject=person, changes=changes)
    return person


@transaction.atomic
def app_milestone_set(*, actor: User, customer: Customer, step: str, day: date) -> Customer:
    """Record a step of the app: `informed`, `downloaded` or `verified`; the last credits the actor. Raises Refused."""
    if step not in STEPS:
        raise Refused(_("This is not a step of the app."), field="step")
    field = STEPS[step]
    person = _locked(actor, customer, field, day)
    fields = [field]
    setattr(person, field, day)
    check_steps(person, fields)
    if step == "verified":
        person.app_activated_by = actor
        fields.append("app_activated_by")
    return _saved(actor, person, Action(f"customer.app_{step}"), fields, day)


@transaction.atomic
def customer_account_opened(*, actor: User, customer: Customer, day: date) -> Customer:
    """Record that a person became a customer of the bank, through the actor. Raises Refused."""
    person = _locked(actor, customer, "customer_since", day)
    person.customer_since, person.opened_by = day, actor
    check_steps(person, ["customer_since"])
    return _saved(actor, person, Action.CUSTOMER_ACCOUNT_OPENED, ["customer_since", "opened_by"], day)
