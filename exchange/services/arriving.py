"""Files that a system sends, with nobody there to look at them."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import recorded_last
from exchange.models import Batch
from exchange.selectors import batch_list
from exchange.services.asking import batch_start
from exchange.services.bringing import batch_bring, digest_of, kind_for
from gridbank.errors import Refused
from gridbank.turns import take_turn
from people.models import User


@transaction.atomic
@recorded_last()
def batch_arrive(*, actor: User, kind: str, name: str, content: bytes, as_of: date, work: str) -> Batch:
    """Take a file in that a system sends, and ask for its work at once; the same file of the same day is one batch.

    Nobody is there to say which column is what: a file whose columns aren't clear is refused as a whole. Raises
    Refused, and PermissionDenied.
    """
    kind_for(actor, kind)
    if as_of > timezone.localdate():
        raise Refused(_("The day lies in the future."), field="as_of")
    take_turn(f"batch {actor.pk}")
    digest = digest_of(content)
    standing = batch_list(actor=actor).filter(kind=kind, digest=digest, as_of=as_of, undone_at=None)
    if (batch := standing.order_by("pk").first()) is not None:
        return batch
    batch = batch_bring(actor=actor, kind=kind, name=name, content=content, as_of=as_of)
    batch_start(actor=actor, batch=batch, work=work)
    batch.refresh_from_db()
    return batch
