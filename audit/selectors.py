"""Reading the trail: for the auditor, and for nobody else."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.models import AuditEvent, Reading

READER = "auditor"
HOUSEHOLDS = "customers.household"
EARLIEST, LATEST = (
    date(2000, 1, 1),
    date(9999, 12, 30),
)  # the ends of the calendar have no midnight in every zone


def event_list(
    *,
    actor: Any,
    since: date | None = None,
    until: date | None = None,
    person: str = "",
    action: str = "",
    subject: str = "",
) -> QuerySet[AuditEvent]:
    """Return events, newest first. `until` is included; `subject` is `app.model` or `app.model:id`."""
    if not _is_reader(actor):
        return AuditEvent.objects.none()
    rows = AuditEvent.objects.select_related("actor").order_by("-pk")
    rows = _of(rows, since, until, person)
    if action:
        rows = rows.filter(action=action)
    if subject:
        kind, _, identifier = subject.partition(":")
        rows = rows.filter(subject_type=kind)
        rows = rows.filter(subject_id=identifier) if identifier else rows
    return rows


def reading_list(
    *,
    actor: Any,
    since: date | None = None,
    until: date | None = None,
    person: str = "",
    household: int | None = None,
) -> QuerySet[Reading]:
    """Return who read personal data, newest first; of a household also the lists that it stood in."""
    if not _is_reader(actor):
        return Reading.objects.none()
    rows = _of(Reading.objects.select_related("actor").order_by("-pk"), since, until, person)
    if household:
        within = Q(first__lte=household, last__gte=household)
        rows = rows.filter(within, kind=HOUSEHOLDS, keys__contains=f",{household},")
    return rows


def _is_reader(actor: Any) -> bool:
    return getattr(actor, "role", None) == READER and actor.is_active


def _of(rows: QuerySet[Any], since: date | None, until: date | None, person: str) -> QuerySet[Any]:
    if since:
        rows = rows.filter(at__gte=_midnight(max(since, EARLIEST)))
    if until:
        rows = rows.filter(at__lt=_midnight(min(until, LATEST) + timedelta(days=1)))
    if person:
        names = Q(actor__username=person.casefold()) | Q(actor__staff_no=person) | Q(actor__name=person)
        rows = rows.filter(names)
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
