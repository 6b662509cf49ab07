"""Reading that leaves a trace: an archive opened, a number revealed or searched for."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.services import record
from customers import policies, selectors
from customers.actions import Action
from customers.models import Customer, Household
from customers.personal import names, revealable
from customers.services import checks
from customers.services.asking import leave_row
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from people.models import User

# of a reason, in characters: the form and its page ask here
REASON_LEAST, REASON_MOST = 4, 100


def customer_reveal(*, actor: User, customer: Customer, field: str, reason: str) -> str:
    """Return a number in clear, for a reason that stays in the audit log. Raises Refused at the daily cap."""
    if field not in names(revealable(Customer)):
        raise Refused(_("This field can't be revealed."), field="field")
    reason = " ".join(reason.split())
    if len(reason) < REASON_LEAST:
        raise Refused(
            _("Give a reason of at least %(count)s characters.") % {"count": REASON_LEAST}, field="reason"
        )
    if len(reason) > REASON_MOST:
        raise Refused(
            _("Give a reason of at most %(count)s characters.") % {"count": REASON_MOST}, field="reason"
        )
    checks.plain_text("reason", reason)
    person = visible_or_404(selectors.customer_list(actor=actor), pk=customer.pk)
    policies.unrestricted(person, "reason")
    leave_row(actor, Action.CUSTOMER_REVEALED, person, {"field": field, "reason": reason})
    value: str = getattr(person, field)
    return value


def people_search(*, actor: User, number: str) -> QuerySet[Customer]:
    """Return the people with exactly this ID number or phone, found or not counted as a reveal is.

    Raises IdentityError when it is neither, which tells nothing, and Refused at the daily cap.
    """
    rows = selectors.people_with_number(actor=actor, number=number)
    leave_row(actor, Action.CUSTOMER_SEARCHED, None, {"found": rows.count()})
    return rows


@transaction.atomic
def customer_opened(*, actor: User, household: Household) -> None:
    """Leave the trace that somebody read a household's archive. Raises OutOfSight when it isn't his to read."""
    household = visible_or_404(
        selectors.household_list(actor=actor).select_related(None).only("pk"), pk=household.pk
    )
    record(actor=actor, action=Action.CUSTOMER_OPENED, subject=household)


@transaction.atomic
def household_taken(*, actor: User, household: Household, rows: int) -> None:
    """Record that a household's archive leaves the house, before it does. Raises OutOfSight when it isn't his to read."""
    rows_seen = selectors.household_list(actor=actor).select_related(None).only("pk")
    household = visible_or_404(rows_seen, pk=household.pk)
    record(actor=actor, action=Action.HOUSEHOLD_TAKEN, subject=household, changes={"rows": rows})
