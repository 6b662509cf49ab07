"""Reading the trail: for the auditor, and for nobody else."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from audit.models import AuditEvent, Reading
from audit.words import Word, on_days

READER = "auditor"
HOUSEHOLDS = "customers.household"


def event_list(
    *,
    actor: Any,
    since: date | None = None,
    until: date | None = None,
    person: str = "",
    action: str = "",
    subject: str = "",
    q: Sequence[Word] = (),
) -> QuerySet[AuditEvent]:
    """Return events, newest first. `until` is included; `subject` is `app.model` or `app.model:id`; `q` all narrows."""
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
    for word in q:
        rows = rows.none() if word.fits is None else rows.filter(word.fits)
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
    rows = rows.filter(on_days(since, until))
    if person:
        names = (
            Q(actor__username=person.casefold()) | Q(actor__staff_no__iexact=person) | Q(actor__name=person)
        )
        rows = rows.filter(names)
    return rows
