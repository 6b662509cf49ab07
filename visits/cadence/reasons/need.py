"""An open need is due in a few days, or was."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Min, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from needs.enums import NeedStatus
from needs.models import Need
from visits.cadence.reason import Badge, Reason

AHEAD = timedelta(days=3)


def find(_day: date) -> Any:
    """Return the day of the nearest open need."""
    needs = Need.objects.filter(household=OuterRef("pk"), status=NeedStatus.OPEN, due_on__isnull=False)
    needs = needs.filter(customer__restricted_at=None)
    return Subquery(needs.order_by().values("household").annotate(due=Min("due_on")).values("due"))


def condition(day: date) -> Q:
    """Say in the database what `late` says."""
    return Q(need_due_on__lte=day + AHEAD)


def late(due_on: date | None, day: date) -> int | None:
    """Return for how many days the need has been overdue; less than 0 when its day is to come."""
    return None if due_on is None or due_on > day + AHEAD else (day - due_on).days


def words(due_on: date | None, day: date) -> Badge:
    """Say when the need is due, or since when it has been."""
    days = late(due_on, day) or 0
    if due_on is None or days <= 0:
        return Badge(_("need due %(day)s") % {"day": f"{due_on:%m-%d}" if due_on else ""}, "warn")
    text = ngettext("need %(days)s day overdue", "need %(days)s days overdue", days)
    return Badge(text % {"days": days}, "bad")


REASON = Reason("need", gettext_lazy("Need due"), 20, "need_due_on", find, condition, late, words)
