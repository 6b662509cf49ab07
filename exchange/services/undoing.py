"""Putting a batch back: the last row first, and nothing that somebody worked on since."""

from collections import Counter

from django.db import transaction

from audit.services import record, recorded_last
from exchange.actions import Action
from exchange.models import Batch, Phase, Portion, State
from exchange.selectors import UNDO, portions
from exchange.services.asking import finish, is_stopping, taken_up
from exchange.services.bringing import kind_for
from exchange.services.storing import source_of
from exchange.sheets import Fate, Sheet, Source, Stored
from gridbank.sayings import kept, telling
from jobs.handlers import handler
from jobs.leases import Lease


@handler(UNDO)
@telling()
def undo(lease: Lease) -> dict[str, int]:
    """Put back what a batch stored, as far as nobody worked on it since."""
    batch, actor = taken_up(lease)
    sheet, source = kind_for(actor, batch.kind), source_of(batch, actor)
    stored = list(portions(batch, Phase.STORED).order_by("-number").values_list("pk", "number"))
    done = set(portions(batch, Phase.UNDONE).values_list("number", flat=True))
    for at, (key, number) in enumerate(stored, start=1):
        if number not in done:
            _put_back(lease, batch, sheet, source, Portion.everywhere().get(pk=key))
        lease.progress(at, len(stored))
        if is_stopping(batch) and at < len(stored):
            return finish(lease, batch, Phase.UNDONE, State.UNDONE, is_whole=False)
    return finish(lease, batch, Phase.UNDONE, State.UNDONE, is_whole=True)


@transaction.atomic
@recorded_last()
def _put_back(lease: Lease, batch: Batch, sheet: Sheet, source: Source, portion: Portion) -> None:
    lease.fence()
    rows = [
        Stored(name, number, Fate(fate), subject, before, after)
        for name, number, fate, subject, before, after in reversed(portion.told["in"])
    ]
    found = sheet.undo(source, rows) if rows else []
    left = [[row.sheet, row.number, kept(one.kept)] for row, one in zip(rows, found, strict=True) if one.kept]
    undone = Portion(batch=batch, phase=Phase.UNDONE, number=portion.number)
    undone.counts = dict(Counter(undone=len(rows) - len(left), kept=len(left)))
    undone.told = {"kept": left}
    undone.save()
    changes = {"portion": portion.number, **undone.counts}
    record(actor=source.actor, action=Action.BATCH_UNDONE, subject=batch, changes=changes)
