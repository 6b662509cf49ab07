"""What the audit trail calls visits: by the household's number and the day."""

from collections.abc import Collection

from django.db.models import Q

from audit.subjects import NEAR, SOON, Listed, Subjects, register
from gridbank.scoping import NOBODY
from visits.actions import Action
from visits.models import HeldVisit, Visit


def _received(keys: Collection[str]) -> Q:
    """Return the condition for the events with which visits came in: from whom and when, and that they name them."""
    rows = Visit.objects.filter(pk__in=keys).order_by("-received_at")
    fits = NOBODY
    for pk, staff, at in rows.values_list("pk", "staff_id", "received_at")[:NEAR]:
        fits |= Q(actor_id=staff, at__gte=at, at__lt=at + SOON, changes__contains=str(pk))
    return fits


def register_subjects() -> None:
    """Let the trail name them."""
    register(
        Subjects("visits.visit", Visit.objects.all, ("household__code", "day"), ("household__code__iexact",)),
        Subjects(
            "visits.heldvisit",
            HeldVisit.objects.all,
            ("staff__name", "received_at__date"),
            ("staff__name__icontains", "staff__staff_no__iexact"),
        ),
        listed=[Listed(Action.VISIT_RECEIVED, "created", "visits.visit", _received)],
    )
