"""Who may do what with a visit, and which times a visit may have: rules over what is known already."""

from datetime import datetime, timedelta

from grids.authority import Act, may
from people.models import User
from visits.models import Visit

CLOCK_ALLOWANCE = timedelta(minutes=5)


def may_correct(actor: User, visit: Visit) -> bool:
    """Say whether a person may correct a visit he sees: his own, or one made in the branch that he leads."""
    return visit.staff_id == actor.pk or may(actor, Act.VISIT_CORRECT, visit.grid)


def in_future(started_at: datetime, now: datetime) -> bool:
    """Say whether a visit is dated later than a clock that runs a little fast explains."""
    return started_at > now + CLOCK_ALLOWANCE
