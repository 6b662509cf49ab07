"""The read log: one row for a request that read personal data; who reads too much is told of; old rows go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, Case, Count, F, Q, Sum, When
from django.utils import timezone

from audit.actions import Action
from audit.models import AuditEvent, Reading
from audit.services import record
from gridbank.context import archives_read, request_id

KEPT = timedelta(days=366)
# Archives opened one by one by somebody who goes from door to door, and rows of lists, API included.
ARCHIVES_AN_HOUR, ARCHIVES_A_DAY, ROWS_A_DAY = 60, 200, 5000


def reading_record(*, actor: Any, route: str, token: int | None) -> Reading | None:
    """Write down whose archives the request at hand has read, in one row; nothing when it read none.

    Where households are known, the people in them aren't named again.
    """
    found = archives_read()
    if not found:
        return None
    kind = max(found)
    keys = sorted(found[kind])
    return Reading.objects.create(
        at=timezone.now(),
        actor=actor,
        token=token,
        route=route[:60],
        kind=kind,
        count=len(keys),
        first=keys[0],
        last=keys[-1],
        keys=f",{','.join(map(str, keys))},",
        request_id=request_id.get(),
    )


@dataclass(frozen=True)
class Excess:
    """Somebody who read more than his work asks for."""

    actor_id: int
    limit: str
    found: int


def excesses(now: datetime, persons: Mapping[int, int]) -> Iterator[Excess]:
    """Say who read too much within the last hour, or since midnight; `persons` leads from others of his accounts to one."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    hour = now - timedelta(hours=1)
    single = Case(When(count=1, then=F("first")))
    recent = Case(When(count=1, at__gte=hour, then=F("first")))
    person: Any = F("actor_id")
    if persons:
        whens = (When(actor_id=other, then=one) for other, one in persons.items())
        person = Case(*whens, default=person, output_field=BigIntegerField())
    rows: Any = Reading.objects.filter(at__gte=min(midnight, hour)).order_by().values(person=person)
    for row in rows.annotate(
        archives_an_hour=Count(recent, distinct=True),
        archives_a_day=Count(single, distinct=True, filter=Q(at__gte=midnight)),
        rows_a_day=Sum("count", filter=Q(at__gte=midnight), default=0),
    ):
        for limit, most in (
            ("archives_an_hour", ARCHIVES_AN_HOUR), ("archives_a_day", ARCHIVES_A_DAY), ("rows_a_day", ROWS_A_DAY),
        ):  # fmt: skip
            if row[limit] > most:
                yield Excess(row["person"], limit, row[limit])


def reading_watch(persons: Mapping[int, int]) -> int:
    """Tell the auditor of everybody who reads too much, each person and limit once a day; return how many are new.

    Who has several accounts isn't known on this floor: `persons` says to which one the others belong.
    """
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    told = AuditEvent.objects.filter(action=Action.READING_ALARM, at__gte=midnight)
    known = {(event.subject_id, event.details["limit"]) for event in told}
    new = [each for each in excesses(now, persons) if (str(each.actor_id), each.limit) not in known]
    people = get_user_model().objects.in_bulk({each.actor_id for each in new})
    for each in new:
        record(
            actor=None,
            action=Action.READING_ALARM,
            subject=people[each.actor_id],
            changes={"limit": each.limit, "found": each.found},
        )
    return len(new)


def reading_forget() -> int:
    """Remove rows that are older than they are kept for; the trail tells how many."""
    gone, _each = Reading.objects.filter(at__lt=timezone.now() - KEPT).delete()
    if gone:
        record(actor=None, action=Action.READING_FORGOTTEN, changes={"rows": gone})
    return gone
