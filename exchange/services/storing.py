"""What becomes of the rows: judged in a dry run, stored for good, chunk by chunk, each chunk whole or not at all."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext as _

from audit.services import attempted, record, recorded_last
from exchange.actions import Action
from exchange.models import Batch, Phase, Portion, State
from exchange.selectors import JUDGE, STORE, Out, counted, portions, rows_out
from exchange.services.asking import finish, is_stopping, taken_up
from exchange.services.bringing import batch_locked, kind_for
from exchange.services.reading import Chunk, chunks_of
from exchange.sheets import IN, Fate, Fault, Outcome, Row, Sheet, Source
from gridbank.errors import Refused
from gridbank.sayings import kept, telling
from jobs.handlers import handler
from jobs.leases import Lease
from people.models import User

# A row that a room refuses by an exception is one row's fault.
REFUSALS = (Refused, PermissionDenied, Http404, IntegrityError, DataError)


class _Rehearsed(Exception):  # noqa: N818  no error: the way back
    """Ends a rehearsal, which stores nothing."""


def source_of(batch: Batch, actor: User | None) -> Source:
    """Return where the rows of a batch come from, for whoever has them stored."""
    return Source(actor, batch.as_of, batch.bank_id, batch.pk)


def source_told(batch: Batch, actor: User | None) -> Source:
    """Return the same for rows whose faults are told: to whoever brought the file as well."""
    source = source_of(batch, actor)
    is_others = batch.uploader_id is not None and (actor is None or batch.uploader_id != actor.pk)
    return replace(source, brought_by=batch.uploader) if is_others else source


def refusal(error: Exception) -> Outcome:
    """Return the outcome of a row that a room refused."""
    if isinstance(error, Refused):
        return Outcome(Fate.WRONG, (Fault("", str(error)),))
    if isinstance(error, PermissionDenied):
        return Outcome(Fate.WRONG, (Fault("", str(error) or _("You may not do this.")),))
    if isinstance(error, Http404):
        return Outcome(Fate.WRONG, (Fault("", _("What the row is about isn't there, or isn't yours.")),))
    return Outcome(Fate.WRONG, (Fault("", _("Other data stand against it.")),))


def one_by_one(rows: Iterable[Row], work: Callable[[Row], Outcome]) -> list[Outcome]:
    """Do each row by itself, for kinds of a few thousand rows: what is refused is that row's fault and nobody else's."""
    found = []
    for row in rows:
        try:
            with attempted():
                found.append(work(row))
        except REFUSALS as error:
            found.append(refusal(error))
    return found


def _stored(sheet: Sheet, source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Store rows; when all of them are refused for one, find it by halves."""
    if not rows:
        return []
    try:
        with attempted():
            found = sheet.store(source, rows)
    except REFUSALS as error:
        if len(rows) == 1:
            return [refusal(error)]
        half = len(rows) // 2
        return _stored(sheet, source, rows[:half]) + _stored(sheet, source, rows[half:])
    if len(found) != len(rows):
        raise RuntimeError(f"{sheet.kind}: {len(found)} outcomes for {len(rows)} rows")
    return found


def _told(portion: Portion, chunk: Chunk, outcomes: Sequence[Outcome]) -> Portion:
    """Keep what became of the rows: of those that are in what undo needs, of the others what a person needs."""
    pairs = [*zip(chunk.rows, outcomes, strict=True), *chunk.unsound]
    out: list[list[Any]] = []
    changed: list[list[Any]] = []
    for row, outcome in pairs:
        if outcome.fate not in IN:
            faults = [[one.column, kept(one.sentence), kept(one.remedy)] for one in outcome.faults]
            out.append([row.sheet, row.number, outcome.fate, faults, dict(row.values)])
        elif outcome.fate != Fate.UNCHANGED and portion.phase == Phase.STORED:
            changed.append(
                [
                    row.sheet,
                    row.number,
                    outcome.fate,
                    outcome.subject,
                    dict(outcome.before),
                    dict(outcome.after),
                ]
            )
    out.sort(key=lambda one: int(one[1]))
    portion.counts = dict(Counter(outcome.fate.value for _row, outcome in pairs))
    portion.told = {"out": out, "in": changed}
    return portion


@handler(JUDGE)
@telling()
def judge(lease: Lease) -> dict[str, int]:
    """Do the dry run of a batch."""
    batch, actor = taken_up(lease)
    sheet, source = kind_for(actor, batch.kind), source_told(batch, actor)
    if sheet.judge is None:
        _rehearse(lease, batch, sheet, source)
        return finish(lease, batch, Phase.JUDGED, State.JUDGED, is_whole=True)
    asked = sheet.judge

    def work(chunk: Chunk) -> None:
        with transaction.atomic():
            outcomes = asked(source, chunk.rows) if chunk.rows else []
            _told(Portion(batch=batch, phase=Phase.JUDGED, number=chunk.number), chunk, outcomes).save()
            lease.fence()

    is_whole = _each(lease, batch, Phase.JUDGED, work)
    return finish(lease, batch, Phase.JUDGED, State.JUDGED, is_whole=is_whole)


def _each(lease: Lease, batch: Batch, phase: Phase, work: Callable[[Chunk], None]) -> bool:
    """Do every chunk that isn't done yet, until there are no more or somebody stops it: False."""
    done, at = set(portions(batch, phase).values_list("number", flat=True)), 0
    for chunk in chunks_of(batch):
        if is_stopping(batch):
            return False
        if chunk.number not in done:
            work(chunk)
        at += chunk.size
        lease.progress(at, max(batch.rows, at))
    return True


def _rehearse(lease: Lease, batch: Batch, sheet: Sheet, source: Source) -> None:
    """Store everything and go back: what is left are the outcomes."""
    found: list[tuple[Chunk, list[Outcome]]] = []

    def act() -> NoReturn:
        found.extend((chunk, _stored(sheet, source, chunk.rows)) for chunk in chunks_of(batch))
        raise _Rehearsed

    with suppress(_Rehearsed), transaction.atomic(), recorded_last():
        act()
    with transaction.atomic():
        portions(batch, Phase.JUDGED).delete()
        for chunk, outcomes in found:
            _told(Portion(batch=batch, phase=Phase.JUDGED, number=chunk.number), chunk, outcomes).save()
        lease.fence()


@handler(STORE)
@telling()
def store(lease: Lease) -> dict[str, int]:
    """Store the rows of a batch that aren't stored yet."""
    batch, actor = taken_up(lease)
    sheet, source = kind_for(actor, batch.kind), source_told(batch, actor)
    is_whole = _each(lease, batch, Phase.STORED, lambda chunk: _store(lease, batch, sheet, source, chunk))
    return finish(lease, batch, Phase.STORED, State.STORED, is_whole=is_whole)


@transaction.atomic
@recorded_last()
def _store(lease: Lease, batch: Batch, sheet: Sheet, source: Source, chunk: Chunk) -> None:
    """Store a chunk with what became of it and its row in the trail: all of it or nothing."""
    lease.fence()
    outcomes = _stored(sheet, source, chunk.rows)
    portion = _told(Portion(batch=batch, phase=Phase.STORED, number=chunk.number), chunk, outcomes)
    portion.save()
    changes = {"portion": chunk.number, **portion.counts}
    record(actor=source.actor, action=Action.BATCH_STORED, subject=batch, changes=changes)


@telling()
@transaction.atomic
@recorded_last()
def rows_take(*, actor: User, batch: Batch, keys: Collection[str]) -> int:
    """Store rows that were doubtful or waiting as the file has them; return how many went in. Raises Refused."""
    batch = batch_locked(actor, batch)
    sheet = kind_for(actor, batch.kind)
    if batch.state != State.STORED:
        raise Refused(_("Rows are decided once the others are stored."))
    wanted = set(keys)
    found = [row for row in rows_out(batch, Phase.STORED, Fate.DOUBTFUL, Fate.WAITING) if row.key in wanted]
    last = portions(batch, Phase.STORED).aggregate(last=Max("number"))["last"]
    chunk = Chunk(
        0 if last is None else last + 1,
        [Row(row.sheet, row.number, row.values, taken=True) for row in found],
    )
    outcomes = _stored(sheet, source_told(batch, actor), chunk.rows)
    portion = _told(Portion(batch=batch, phase=Phase.STORED, number=chunk.number), chunk, outcomes)
    _replaced(batch, portion, found, outcomes)
    batch.counts = dict(counted(batch, Phase.STORED))
    batch.save(update_fields=["counts"])
    changes = {"taken": len(found), **portion.counts}
    record(actor=actor, action=Action.BATCH_STORED, subject=batch, changes=changes)
    return sum(outcome.fate in IN for outcome in outcomes)


def _replaced(batch: Batch, portion: Portion, found: Sequence[Out], outcomes: Sequence[Outcome]) -> None:
    """Let the rows that went in leave the portions in which they were out; the others stay where they are."""
    gone = {row.key for row, outcome in zip(found, outcomes, strict=True) if outcome.fate in IN}
    told = portion.told
    told["out"] = []
    portion.told = told
    portion.counts = {fate: count for fate, count in portion.counts.items() if fate in IN}
    if gone:
        portion.save()
    for other in portions(batch, Phase.STORED).exclude(pk=portion.pk):
        told = other.told
        left = [one for one in told["out"] if f"{one[1]}!{one[0]}" not in gone]
        if len(left) < len(told["out"]):
            fewer = Counter(one[2] for one in told["out"])
            fewer.subtract(one[2] for one in left)
            other.counts = {fate: count - fewer.get(fate, 0) for fate, count in other.counts.items()}
            other.told = {**told, "out": left}
            other.save(update_fields=["counts", "sealed"])
