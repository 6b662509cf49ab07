"""The last meeting was too long ago."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy, ngettext

from customers.enums import MET_WITHIN
from visits.cadence.reason import Badge, Reason


def condition(day: date) -> Q:
    """Say in the database what `late` says."""
    return Q(last_met_on__lt=day - MET_WITHIN)


def late(last_met_on: date | None, day: date) -> int | None:
    """Return how many days more than the interval have gone by."""
    return (
        None
        if last_met_on is None or last_met_on >= day - MET_WITHIN
        else (day - MET_WITHIN - last_met_on).days
    )


def words(last_met_on: date | None, day: date) -> Badge:
    """Say for how long nobody was met."""
    days = (day - last_met_on).days if last_met_on else 0
    text = ngettext("not met for %(days)s day", "not met for %(days)s days", days)
    return Badge(text % {"days": days}, "muted")


REASON = Reason("overdue", gettext_lazy("Overdue"), 40, "last_met_on", None, condition, late, words)
