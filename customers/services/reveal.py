"""Reading that leaves a trace: an archive opened, a number revealed."""

import logging
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from audit.services import record
from customers import selectors
from customers.actions import Action
from customers.models import Customer, Household
from customers.personal import names, revealable
from customers.services import checks
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from people.models import User

REASON_LENGTH = 4
DAILY_CAP = 50
REVEALED, CAPPED = Action.CUSTOMER_REVEALED, Action.CUSTOMER_REVEAL_CAPPED

logger = logging.getLogger("gridbank.customers")


def revealed_today(actor: User) -> int:
    """Count what a person has had revealed since midnight."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return AuditEvent.objects.filter(actor=actor, action=REVEALED, at__gte=midnight).count()


def customer_reveal(*, actor: User, customer: Customer, field: str, reason: str) -> str:
    """Return a number in clear, for a reason that stays in the audit log. Raises Refused at the daily cap.

    A try beyond the cap leaves its own row and a warning in the log: somebody should look at it.
    """
    if field not in names(revealable(Customer)):
        raise Refused(_("This field can't be revealed."), field="field")
    reason = " ".join(reason.split())
    if len(reason) < REASON_LENGTH:
        raise Refused(
            _("Give a reason of at least %(count)s characters.") % {"count": REASON_LENGTH}, field="reason"
        )
    checks.plain_text("reason", reason[:200])
    with transaction.atomic():
        person = visible_or_404(selectors.customer_list(actor=actor), pk=customer.pk)
        # The actor's own row orders his requests: two at once can't both be number fifty.
        locked(User.objects.all()).get(pk=actor.pk)
        capped = revealed_today(actor) >= DAILY_CAP
        action = CAPPED if capped else REVEALED
        record(actor=actor, action=action, subject=person, changes={"field": field, "reason": reason[:200]})
    if capped:
        logger.warning("user %s asks for more numbers than the daily cap", actor.pk)
        raise Refused(
            _("You have revealed %(count)s numbers today. That is the limit.") % {"count": DAILY_CAP}
        )
    value: str = getattr(person, field)
    return value


@transaction.atomic
def customer_opened(*, actor: User, household: Household) -> None:
    """Leave the trace that somebody read a household's archive. Raises OutOfSight when it isn't his to read."""
    household = visible_or_404(
        selectors.household_list(actor=actor).select_related(None).only("pk"), pk=household.pk
    )
    record(actor=actor, action=Action.CUSTOMER_OPENED, subject=household)
