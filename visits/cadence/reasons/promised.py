"""A day was named at the last visit, and it has come."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from visits.cadence.reason import Badge, Reason
from visits.models import Visit


def find(day: date) -> Any:
    """Return the promise of the last visit: an older one was answered by the visits since."""
    visits = Visit.objects.filter(household=OuterRef("pk"), day__lte=day).order_by("-started_at", "-pk")
    return Subquery(visits.values("next_on")[:1])


def condition(day: date) -> Q:
    """Say in the database what `late` says."""
    return Q(promised_on__lte=day)


def late(promised_on: date | None, day: date) -> int | None:
    """Return for how many days the promise has been waiting, 0 on its day."""
    return None if promised_on is None or promised_on > day else (day - promised_on).days


def words(promised_on: date | None, day: date) -> Badge:
    """Say for when it was promised."""
    days = late(promised_on, day) or 0
    if promised_on is None or not days:
        return Badge(_("promised for today"), "ok")
    text = ngettext(
        "promised for %(day)s, %(days)s day late", "promised for %(day)s, %(days)s days late", days
    )
    return Badge(text % {"day": f"{promised_on:%m-%d}", "days": days}, "warn")


REASON = Reason("promised", gettext_lazy("Promised"), 10, "promised_on", find, condition, late, words)
