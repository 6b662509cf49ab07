"""Nobody of the household was ever met."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.cadence.reason import Badge, Reason


def condition(_day: date) -> Q:
    """Say in the database what `late` says."""
    return Q(last_met_on=None)


def late(last_met_on: date | None, _day: date) -> int | None:
    """Return 0: nobody is later than another."""
    return 0 if last_met_on is None else None


def words(_last_met_on: date | None, _day: date) -> Badge:
    """Say just that."""
    return Badge(_("never met"), "bad")


REASON = Reason("never", gettext_lazy("Never met"), 30, "last_met_on", None, condition, late, words)
