"""Consents: given, withdrawn."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import agreeing, policies, selectors
from customers.actions import Action
from customers.enums import Purpose
from customers.models import Consent, Customer
from customers.services import checks
from customers.services.attribution import households_hold
from gridbank.days import GUARDED_AGE
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from people.models import User

NOTICE_VERSION = "2026-01"


def _locked(actor: User, customer: Customer) -> Customer:
    rows = selectors.customer_list(actor=actor)
    # whoever lets the person move holds it too: what is read after the wait is where he lives then
    households_hold([visible_or_404(rows, pk=customer.pk).household_id])
    rows = locked(rows)
    customer = visible_or_404(rows, pk=customer.pk)
    policies.own_ground(actor, customer.household)
    return customer


def check_consent(consent: Consent) -> None:
    """Check what an agreement says by itself, before it is stored. Raises Refused."""
    age = consent.customer.age_on(timezone.localdate())
    if consent.purpose == Purpose.MARKETING and age is not None and age < GUARDED_AGE:
        raise Refused(_("Marketing to a child under 14 is not allowed."), field="purpose")
    checks.check_model(consent, ["purpose", "channel", "notice_version"])


@transaction.atomic
def consent_give(
    *, actor: User, customer: Customer, purpose: str, channel: str, notice_version: str = NOTICE_VERSION
) -> Consent:
    """Write down that a person agreed. Raises PermissionDenied, Refused when that agreement is in force already."""
    customer = _locked(actor, customer)
    consent = Consent(
        customer=customer, purpose=purpose, channel=channel, notice_version=notice_version, staff=actor,
        given_at=timezone.now(),
    )  # fmt: skip
    if customer.died_on is not None:
        raise Refused(_("This person has died."), field="purpose")
    policies.unrestricted(customer, "purpose")
    check_consent(consent)
    with waive_scope("the customer was read as the actor"):
        if Consent.objects.filter(customer=customer, purpose=purpose, withdrawn_at=None).exists():
            raise Refused(_("This consent is in force already."), field="purpose")
    consent.save()
    agreeing.tell(agreeing.Agreed(customer.pk, Purpose(purpose), timezone.localdate(consent.given_at)))
    record(
        actor=actor,
        action=Action.CONSENT_GIVEN,
        subject=consent,
        changes={"purpose": purpose, "channel": channel},
    )
    return consent


@transaction.atomic
def consent_withdraw(*, actor: User, consent: Consent) -> Consent:
    """End an agreement; it stops counting at once. Raises PermissionDenied, Refused when it has ended already."""
    consents = selectors.consent_list(actor=actor)
    # the person first, as in giving one
    _locked(actor, visible_or_404(consents, pk=consent.pk).customer)
    consent = visible_or_404(locked(consents), pk=consent.pk)
    if consent.withdrawn_at is not None:
        raise Refused(_("This consent was withdrawn already."))
    consent.withdrawn_at = timezone.now()
    consent.save(update_fields=["withdrawn_at"])
    record(
        actor=actor, action=Action.CONSENT_WITHDRAWN, subject=consent, changes={"purpose": consent.purpose}
    )
    return consent
