"""Reading batches."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from exchange.models import Batch, Expectation, Export, ExportLimit, FileAlarm, Phase, Portion
from exchange.sheets import Fate, Fault, Sheet, sheets_for
from gridbank.sayings import said
from jobs.models import JobRun
from jobs.scope import banks_of
from people.models import User
from people.policies import opens_accounts

# what a home shows
ALARMS = 8

# where a bank said nothing else
FREE = 2_000

JUDGE, STORE, UNDO = "exchange.judge", "exchange.store", "exchange.undo"
EXPORT = "exchange.export"


@dataclass(frozen=True)
class Out:
    """A row that is not in: where it stands, why, and what it holds, by column."""

    sheet: str
    number: int
    fate: Fate
    faults: tuple[Fault, ...]
    values: dict[str, str]

    @property
    def key(self) -> str:
        """What names the row in a form."""
        return f"{self.number}!{self.sheet}"


def batch_list(*, actor: User) -> QuerySet[Batch]:
    """Return the batches that somebody may see, the newest first."""
    return Batch.objects.visible_to(actor).select_related("uploader")


def portions(batch: Batch, *phases: Phase) -> QuerySet[Portion]:
    """Return what became of the rows of a batch that was read as somebody, in the order of the file."""
    return Portion.everywhere().filter(batch=batch, phase__in=phases)


def counted(batch: Batch, *phases: Phase) -> Counter[str]:
    """Return how many rows had which fate."""
    total: Counter[str] = Counter()
    for counts in portions(batch, *phases).values_list("counts", flat=True):
        total.update(counts)
    return total


def _fault(column: str, sentence: Any, remedy: Any) -> Fault:
    return Fault(column, said(sentence), said(remedy))


def rows_out(batch: Batch, phase: Phase, *fates: Fate) -> Iterator[Out]:
    """Return the rows that are not in, of some fates, in the order of the file."""
    for portion in portions(batch, phase):
        if not any(portion.counts.get(fate) for fate in fates):
            continue
        for sheet, number, fate, faults, values in portion.told["out"]:
            row = Out(sheet, number, Fate(fate), tuple(_fault(*fault) for fault in faults), values)
            if row.fate in fates:
                yield row


def rows_kept(batch: Batch) -> list[list[Any]]:
    """Return the rows that undo left, each with sheet, number and the sentence that says why."""
    kept = (row for portion in portions(batch, Phase.UNDONE) for row in portion.told["kept"])
    return [[sheet, number, said(sentence)] for sheet, number, sentence in kept]


def job_of(batch: Batch) -> JobRun | None:
    """Return the job that has a batch, or had it last."""
    rows = JobRun.objects.filter(kind__in=[JUDGE, STORE, UNDO], subject=str(batch.pk))
    return rows.order_by("-requested_at").first()


def same_before(batch: Batch) -> Batch | None:
    """Return the batch by which the same file went in before, among those of the same bank."""
    rows = Batch.everywhere().filter(
        digest=batch.digest, kind=batch.kind, bank_id=batch.bank_id, pk__lt=batch.pk, stored_at__isnull=False
    )
    return rows.filter(undone_at=None).order_by("-pk").first()


def compared_by(actor: User) -> list[Sheet]:
    """Return the kinds that come every night and are compared, of those that somebody oversees."""
    return [sheet for sheet in sheets_for(actor) if sheet.compared and sheet.oversees(actor)]


def expectations(*, actor: User) -> dict[str, time]:
    """Return by when which kinds of file are to be here, in the person's bank."""
    bank = min(banks_of(actor), default=0)
    return dict(Expectation.objects.filter(bank_id=bank).values_list("kind", "due_at"))


def file_alarms(*, actor: User) -> list[FileAlarm]:
    """Return what was strange about the last two nights' files: of the kinds that one oversees in one's own bank.

    Whoever keeps the server running hears of every bank's: of which kind, and never of whom.
    """
    rows = FileAlarm.objects.filter(night__gte=timezone.localdate() - timedelta(days=1))
    if not opens_accounts(actor):
        kinds = [sheet.kind for sheet in sheets_for(actor) if sheet.oversees(actor)]
        rows = rows.filter(kind__in=kinds, bank_id__in=banks_of(actor) or {0})
    return list(rows.order_by("-night", "bank_id", "kind", "trouble")[:ALARMS])


def export_list(*, actor: User) -> QuerySet[Export]:
    """Return the exports that somebody may know of, the newest first."""
    return Export.objects.visible_to(actor).select_related("asker", "signer")


def export_limit(*, actor: User) -> int:
    """Return up to how many rows a list goes out at once in the person's bank."""
    rows = ExportLimit.objects.filter(bank_id=min(banks_of(actor), default=0))
    return rows.values_list("rows", flat=True).first() or FREE
