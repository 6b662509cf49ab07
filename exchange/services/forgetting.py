"""What is held of files goes when its days are over; that there was a file, and how many rows it had, stays."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.services import record
from exchange.actions import Action
from exchange.models import Batch, Portion, Slice

KEPT = timedelta(days=30)


@transaction.atomic
def batches_forget() -> int:
    """Remove files, and what undo needs, of batches that were brought long ago; return how many those were."""
    old = Batch.everywhere().filter(is_held=True, brought_at__lt=timezone.now() - KEPT)
    keys = list(old.values_list("pk", flat=True))
    for parts in (Slice, Portion):
        parts.everywhere().filter(batch__in=keys).delete()
    Batch.everywhere().filter(pk__in=keys).update(is_held=False)
    if keys:
        record(actor=None, action=Action.BATCH_FORGOTTEN, changes={"batches": len(keys)})
    return len(keys)
