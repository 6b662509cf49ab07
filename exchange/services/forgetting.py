"""What is held of files goes when its days are over; that there was a file, and how many rows it had, stays."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.services import record
from exchange.actions import Action
from exchange.models import Batch, Portion, Slice

KEPT = timedelta(days=30)
IN_CLEAR = timedelta(days=1)


def errors_path(batch: Batch) -> Path:
    """Return where the command leaves a batch's wrong rows, their numbers in clear, for the server's own user."""
    return _folder() / f"batch-{batch.pk}-wrong.xlsx"


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "exchange"


@transaction.atomic
def batches_forget() -> int:
    """Remove files, and what undo needs, of batches that were brought long ago; return how many those were.

    What the command left in clear beside the data goes in the first night a day later.
    """
    for path in _folder().glob("batch-*-wrong.xlsx"):
        if timezone.now().timestamp() - path.stat().st_mtime > IN_CLEAR.total_seconds():
            path.unlink(missing_ok=True)
    old = Batch.everywhere().filter(is_held=True, brought_at__lt=timezone.now() - KEPT)
    keys = list(old.values_list("pk", flat=True))
    for parts in (Slice, Portion):
        parts.everywhere().filter(batch__in=keys).delete()
    Batch.everywhere().filter(pk__in=keys).update(is_held=False)
    if keys:
        record(actor=None, action=Action.BATCH_FORGOTTEN, changes={"batches": len(keys)})
    return len(keys)
