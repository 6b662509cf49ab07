"""Answers that tell of a number: each leaves its row, and a day has so many of them.

A number shown in clear, a search for a whole number, the refusal that somebody has an archive already, and a number
typed over a stored one, which changes nothing when it is the same: by any of them a number can be read or guessed, so
that they count together.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime, time
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from audit.services import record
from customers.actions import Action
from customers.models import Customer
from gridbank.errors import Refused
from gridbank.lookups import portions
from gridbank.turns import locked
from people.models import User
from people.persons import accounts_of

DAILY_CAP = 50
COUNTED = (
    Action.CUSTOMER_REVEALED,
    Action.CUSTOMER_SEARCHED,
    Action.CUSTOMER_IDENTITY_REFUSED,
    Action.CUSTOMER_NUMBER_TYPED,
)
CAPPED = Action.CUSTOMER_REVEAL_CAPPED
# what may have been chance doesn't count yet
TRIED = Action.CUSTOMER_NUMBER_TRIED

logger = logging.getLogger("gridbank.customers")
P = ParamSpec("P")
T = TypeVar("T")


class IdentityTaken(Refused):
    """Somebody with this ID number has an archive; `customer` when the actor may know of it."""

    def __init__(self, message: Any, customer: Customer | None = None) -> None:
        """Keep the row to link to."""
        super().__init__(message, field="id_number")
        self.customer = customer
        # how many people had been compared by then: so often it counts
        self.compared = 1


def asked_today(actor: User) -> int:
    """Count the answers of the day that told a person of a number, by whichever of his accounts."""
    return _today(actor).filter(action__in=COUNTED).count()


def tried_today(actor: User, people: Collection[int]) -> Counter[int]:
    """Count by person what a file tried today that may be his number, or told of it."""
    found = Counter[int]()
    actions = (TRIED, Action.CUSTOMER_IDENTITY_REFUSED)
    for some in portions(people):
        rows = _today(actor).filter(
            action__in=actions, subject_type=Customer._meta.label_lower, subject_id__in=map(str, some)
        )
        found.update(int(pk) for pk in rows.values_list("subject_id", flat=True))
    return found


def _today(actor: User) -> QuerySet[AuditEvent]:
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return AuditEvent.objects.filter(actor__in=accounts_of(actor), at__gte=midnight)


def asker_hold(actor: User) -> None:
    """Lock a person's accounts: they order his requests, two at once can't both be number fifty."""
    list(locked(User.objects.filter(pk__in=accounts_of(actor))).order_by("pk"))


def is_capped(actor: User) -> bool:
    """Say whether the day's answers are used up."""
    return asked_today(actor) >= DAILY_CAP


def leave_row(actor: User, action: Action, subject: Customer | None, changes: dict[str, Any]) -> None:
    """Leave the row of an answer that tells of a number, before it is given. Raises Refused at the daily cap.

    A try beyond the cap leaves its own row and a warning in the log: somebody should look at it.
    """
    with transaction.atomic():
        asker_hold(actor)
        capped = is_capped(actor)
        record(actor=actor, action=CAPPED if capped else action, subject=subject, changes=changes)
    if capped:
        logger.warning("user %s asks for more numbers than the daily cap", actor.pk)
        raise Refused(
            _(
                "You have asked for %(count)s numbers today: revealed, searched for, or entered when they were here "
                "already. That is the limit."
            )
            % {"count": DAILY_CAP}
        )


def refusals_counted(service: Callable[P, T]) -> Callable[P, T]:
    """Count a service's refusals because of a number that is here. What the service began is undone by then."""

    @wraps(service)
    def counted(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return service(*args, **kwargs)
        except IdentityTaken as error:
            actor: Any = kwargs["actor"]
            changes = {"field": error.field}
            for _each in range(error.compared):
                leave_row(actor, Action.CUSTOMER_IDENTITY_REFUSED, error.customer, changes)
            raise

    return counted
