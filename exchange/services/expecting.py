"""Which files are to be here every night, and an alarm when one is missing, late, or far smaller or larger than the last."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from exchange.actions import Action
from exchange.models import Batch, Expectation, FileAlarm, State, Trouble
from exchange.services.bringing import kind_for
from gridbank.errors import NotAllowed, Refused
from gridbank.turns import take_turn
from jobs.scope import banks_of
from people.models import User

NIGHT = timedelta(days=1)
# of a dozen rows half as many is chance
MANY = 100


@transaction.atomic
def expectation_set(*, actor: User, kind: str, due_at: time | None) -> None:
    """Say by when a kind of file is to be here every night; without a time none is expected. Raises PermissionDenied."""
    sheet = kind_for(actor, kind)
    if not sheet.oversees(actor):
        raise NotAllowed(sheet.why_not(actor))
    if sheet.compared is None:
        raise Refused(_("No system sends such a file every night."), field="kind")
    bank = min(banks_of(actor), default=0)
    take_turn(f"expectation {bank}")
    there = Expectation.objects.filter(bank_id=bank, kind=kind).first()
    before = there.due_at if there else None
    if before == due_at:
        return
    if due_at is None:
        Expectation.objects.filter(bank_id=bank, kind=kind).delete()
    else:
        Expectation.objects.update_or_create(bank_id=bank, kind=kind, defaults={"due_at": due_at})
    told = [one and f"{one:%H:%M}" for one in (before, due_at)]
    record(actor=actor, action=Action.FILE_EXPECTED, changes={"kind": kind, "due_at": told})


@transaction.atomic
def files_watch() -> int:
    """Look at what is due today, and at what came since; return how many alarms were raised. Doing it again raises none."""
    raised = 0
    for one in Expectation.objects.all():
        take_turn(f"expectation {one.bank_id}")
        raised += _watch(one)
    if raised:
        record(actor=None, action=Action.FILE_ALARMED, changes={"alarms": raised})
    return raised


def _watch(one: Expectation) -> int:
    now, today = timezone.now(), timezone.localdate()
    due = timezone.make_aware(datetime.combine(today, one.due_at))
    night = today if now >= due else today - NIGHT
    due = timezone.make_aware(datetime.combine(night, one.due_at))
    # what came late belonged to the night before
    late = (
        FileAlarm.objects.filter(bank_id=one.bank_id, kind=one.kind, trouble=Trouble.LATE, night__lt=night)
        .exclude(batch_number=None)
        .values("batch_number")
    )
    rows = Batch.everywhere().filter(kind=one.kind, bank_id=one.bank_id or None, undone_at=None)
    rows = rows.exclude(pk__in=late).exclude(state__in=[State.BROUGHT, State.JUDGING, State.JUDGED])
    came = rows.filter(brought_at__gt=due - NIGHT, brought_at__lte=due).order_by("pk").last()
    after = rows.filter(brought_at__gt=due, brought_at__lte=now).order_by("pk").first()
    if came is None:
        is_new = _raise(one, night, Trouble.MISSING if after is None else Trouble.LATE, after)
        if after is not None:
            FileAlarm.objects.filter(
                bank_id=one.bank_id, kind=one.kind, night=night, trouble=Trouble.MISSING
            ).delete()
        came = after
    else:
        is_new = False
    return is_new + (_sized(one, night, came) if came is not None else 0)


def _raise(one: Expectation, night: date, trouble: Trouble, batch: Batch | None, **sizes: int) -> bool:
    _alarm, is_new = FileAlarm.objects.get_or_create(
        bank_id=one.bank_id,
        kind=one.kind,
        night=night,
        trouble=trouble,
        defaults={"batch_number": batch.pk if batch else None, **sizes},
    )
    return is_new


def _sized(one: Expectation, night: date, batch: Batch) -> bool:
    """Compare a file whose rows are stored with the one before it."""
    before = Batch.everywhere().filter(
        kind=batch.kind, bank_id=batch.bank_id, state=State.STORED, rows__gt=0, pk__lt=batch.pk
    )
    last = before.order_by("pk").last()
    if batch.state != State.STORED or last is None or max(last.rows, batch.rows) < MANY:
        return False
    sizes = {"rows": batch.rows, "rows_before": last.rows}
    if batch.rows * 2 <= last.rows:
        return _raise(one, night, Trouble.HALVED, batch, **sizes)
    return batch.rows >= last.rows * 2 and _raise(one, night, Trouble.DOUBLED, batch, **sizes)
