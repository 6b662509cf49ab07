"""Taking a file in: what it is, how it is read, and what a person says of its columns."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import islice
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from exchange.actions import Action
from exchange.matching import HEAD_ROWS, SAMPLE, How, Layout, layout_of
from exchange.models import NAME_LENGTH, Batch, Habit, Phase, Portion, Slice, State
from exchange.opening import table_of
from exchange.selectors import batch_list
from exchange.sheets import Sheet, reach_of, sheet_of
from exchange.workbooks import unfit
from gridbank.errors import NotAllowed, Refused
from gridbank.numbers import personal_numbers, without_digits
from gridbank.pieces import cut, seal
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from gridbank.visible import without_invisible
from jobs.scope import banks_of
from people.models import User
from people.persons import accounts_of

SLICE = 1024 * 1024
# a night has a dozen files; one that loops sends thousands, and each answers what would become of its rows
MOST_A_DAY = 200


def kind_for(actor: User | None, kind: str) -> Sheet:
    """Return a kind of file that somebody may bring. Raises Refused, and PermissionDenied that says who can."""
    sheet = sheet_of(kind)
    if sheet is None:
        raise Refused(_("There is no such kind of file."), field="kind")
    if not sheet.may(actor):
        raise NotAllowed(sheet.why_not(actor))
    return sheet


def digest_of(content: bytes) -> str:
    """Return what tells a file from others, and nothing of what stands in it."""
    return hmac.new(settings.KEYS.index_key, b"exchange.file:" + content, hashlib.sha256).hexdigest()


def file_label(name: str) -> str:
    """Return the name under which a file is known: never a path, no number of a person, and short."""
    plain = without_invisible(PurePath(name.replace("\\", "/")).name)
    plain = "".join(sign for sign in plain if sign.isprintable()).strip() or "-"
    # it stands on pages and stays when the file is forgotten
    plain = without_digits(plain) if personal_numbers(plain) else plain
    return plain if len(plain) <= NAME_LENGTH else f"…{plain[1 - NAME_LENGTH :]}"


@transaction.atomic
def batch_bring(*, actor: User | None, kind: str, name: str, content: bytes, as_of: date) -> Batch:
    """Take a file in: find its headings and match its columns; nothing of it is stored in any room yet.

    Raises Refused for what is no such file, and PermissionDenied.
    """
    sheet = kind_for(actor, kind)
    _refuse_many(actor)
    bank = min(banks_of(actor), default=None) if actor is not None else None
    table = table_of(content)
    tops = [(one, list(islice(table.lines(one), HEAD_ROWS + SAMPLE))) for one in table.names()]
    layout = layout_of(sheet, tops, {})
    if layout is None:
        raise unfit(_("There is no table in the file."))
    if kept := _habit(bank, kind, layout):
        layout = layout_of(sheet, tops, kept) or layout
    batch = Batch(
        kind=kind, name=file_label(name), digest=digest_of(content), size=len(content), uploader=actor,
        bank_id=bank, reach=reach_of(actor), as_of=as_of,
    )  # fmt: skip
    batch.layout = layout
    batch.save()
    Slice.objects.bulk_create(_slice(batch, number, part) for number, part in enumerate(cut(content, SLICE)))
    record(
        actor=actor, action=Action.BATCH_BROUGHT, subject=batch, changes={"kind": kind, "size": len(content)}
    )
    return batch


def _refuse_many(actor: User | None) -> None:
    if actor is None:
        return
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    brought = Batch.everywhere().filter(uploader__in=accounts_of(actor), brought_at__gte=today)
    if brought.count() >= MOST_A_DAY:
        raise unfit(_("%(most)s files a day are enough. Send the others tomorrow.") % {"most": MOST_A_DAY})


def _slice(batch: Batch, number: int, content: bytes) -> Slice:
    found = Slice(batch=batch, number=number)
    seal(found, "sealed", content)
    return found


def _source(layout: Layout) -> str:
    """Return what files from one source have in common: their headings."""
    names = "\0".join(head.name for head in layout.heads)
    return hmac.new(settings.KEYS.index_key, f"exchange.source:{names}".encode(), hashlib.sha256).hexdigest()


def _habit(bank: int | None, kind: str, layout: Layout) -> dict[str, str]:
    """Return what was said of such headings, by their place: the headings themselves aren't kept."""
    found = Habit.objects.filter(bank_id=bank or 0, kind=kind, source=_source(layout)).first()
    keys = found.keys if found else {}
    return {head.name: keys[str(at)] for at, head in enumerate(layout.heads) if str(at) in keys}


@transaction.atomic
def batch_map(*, actor: User, batch: Batch, keys: Mapping[int, str]) -> Batch:
    """Say which column of the file is what, by its place; it is remembered for files with the same headings.

    What the dry run found is void. Raises Refused.
    """
    batch = batch_locked(actor, batch)
    if batch.state not in {State.BROUGHT, State.JUDGED}:
        raise Refused(_("The columns can only be changed before the rows are stored."))
    layout, sheet = batch.layout, batch.sheet
    chosen = [key for key in keys.values() if key]
    twice = next((key for key in chosen if chosen.count(key) > 1), None)
    if twice is not None:
        message = _("“%(column)s” is chosen twice.")
        raise Refused(message % {"column": sheet.column(twice).label})
    for at, head in enumerate(layout.heads):
        if at in keys and keys[at] != head.key:
            head.key, head.how = keys[at], How.HAND
        elif at in keys and head.how in How.GUESSED:
            head.how = How.HAND
    if missing := layout.missing(sheet):
        labels = "、".join(str(column.label) for column in missing)
        raise Refused(_("No column of the file is: %(columns)s.") % {"columns": labels})
    batch.layout, batch.state = layout, State.BROUGHT
    batch.save(update_fields=["sealed_layout", "state"])
    Portion.everywhere().filter(batch=batch, phase=Phase.JUDGED).delete()
    Habit.objects.update_or_create(
        bank_id=batch.bank_id or 0, kind=batch.kind, source=_source(layout),
        defaults={"keys": {str(at): head.key for at, head in enumerate(layout.heads) if head.how == How.HAND}},
    )  # fmt: skip
    record(actor=actor, action=Action.BATCH_MAPPED, subject=batch, changes={"columns": len(chosen)})
    return batch


def batch_locked(actor: User | None, batch: Batch) -> Batch:
    """Read a batch under a lock, as somebody. Raises OutOfSight."""
    rows = batch_list(actor=actor) if actor is not None else Batch.everywhere()
    return visible_or_404(locked(rows), pk=batch.pk)


@transaction.atomic
def report_taken(*, actor: User, batch: Batch) -> None:
    """Record that somebody takes with him how a file and the archive differ, before he does. Raises OutOfSight."""
    batch = batch_locked(actor, batch)
    record(actor=actor, action=Action.BATCH_COMPARED, subject=batch, changes={"counts": dict(batch.counts)})


@transaction.atomic
def errors_taken(*, actor: User, batch: Batch, rows: int) -> None:
    """Record that somebody takes the wrong rows with him, before he does. Raises OutOfSight."""
    batch = batch_locked(actor, batch)
    record(actor=actor, action=Action.BATCH_ERRORS_TAKEN, subject=batch, changes={"rows": rows})
