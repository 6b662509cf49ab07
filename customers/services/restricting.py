"""What is known of a person is only kept, at his wish or by law, until the branch lifts that."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import policies, selectors
from customers.actions import Action
from customers.models import Customer, Restriction
from customers.services import checks
from customers.services.attribution import households_hold
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from grids.authority import Act, require
from people.models import User


def _locked(actor: User, customer: Customer) -> Customer:
    rows = selectors.customer_list(actor=actor)
    # whoever lets the person move holds it too: what is read after the wait is where he lives then
    households_hold([visible_or_404(rows, pk=customer.pk).household_id])
    return visible_or_404(locked(rows), pk=customer.pk)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    return checks.plain_text("reason", reason.strip())


@transaction.atomic
def restriction_set(*, actor: User, customer: Customer, reason: str) -> Restriction:
    """Keep and no more what is known of a person: out of plans, lists, suggestions and counts. Raises Refused."""
    person = _locked(actor, customer)
    policies.own_ground(actor, person.household)
    if person.restricted_at is not None:
        raise Refused(_("Processing is restricted already."), field="reason")
    reason, now = _reason(reason), timezone.now()
    restriction = Restriction(customer=person, reason=reason, set_by=actor, set_at=now)
    restriction.save()
    _save(person, now)
    changes = {"reason": reason, "version": person.version}
    record(actor=actor, action=Action.CUSTOMER_RESTRICTED, subject=person, changes=changes)
    return restriction


@transaction.atomic
def restriction_lift(*, actor: User, customer: Customer, reason: str) -> Restriction:
    """Let a person's data be processed again. Raises Refused; PermissionDenied for who isn't of the branch."""
    person = _locked(actor, customer)
    require(actor, Act.RESTRICTION_LIFT, person.household.grid)
    if person.restricted_at is None:
        raise Refused(_("Processing isn't restricted."), field="reason")
    reason, now = _reason(reason), timezone.now()
    restriction = locked(selectors.restriction_list(actor=actor)).get(customer=person, lifted_at=None)
    restriction.lifted_by, restriction.lifted_at, restriction.lifted_because = actor, now, reason
    restriction.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
    _save(person, None)
    changes = {"reason": reason, "version": person.version}
    record(actor=actor, action=Action.CUSTOMER_RESTRICTION_LIFTED, subject=person, changes=changes)
    return restriction


def _save(person: Customer, since: datetime | None) -> None:
    person.restricted_at, person.updated_at = since, timezone.now()
    person.version += 1
    person.save(update_fields=["restricted_at", "version", "updated_at"])
