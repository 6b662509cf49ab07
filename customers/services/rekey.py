"""Personal data under the current key: what is sealed with an older one is opened and sealed again."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from audit.services import record
from customers.actions import Action
from customers.pii import TIED, EncryptedField, Unreadable, new_salt
from gridbank import fingerprints
from gridbank.pieces import UnreadablePiece, models_with, opened, piece_models, seal, stale_pieces
from gridbank.scoping import waive_scope
from gridbank.turns import locked

BATCH, PIECES = 1000, 20


def encrypted_models() -> list[tuple[type[models.Model], list[str]]]:
    """Return every model with encrypted fields, and their names, in all apps."""
    return models_with(EncryptedField)


def _stale(model: type[models.Model], names: list[str]) -> models.QuerySet[Any]:
    """Return the rows with a value that is not sealed for its row by the current key and cipher."""
    current = f"{TIED}.{settings.FIELD_CIPHER}.{next(iter(settings.KEYS.field_keys))}."
    rows: models.QuerySet[Any] = models.QuerySet(model)
    condition = Q()
    for name in names:
        sealed = f"sealed_{name}"
        rows = rows.alias(**{sealed: Cast(name, TextField())})
        condition |= ~Q(**{f"{sealed}__startswith": current}) & ~Q(**{sealed: ""})
    return rows.filter(condition).order_by("pk")


@transaction.atomic
def _batch(model: type[models.Model], names: list[str], after: Any) -> tuple[int, Any]:
    """Seal a batch anew; return how many rows that were, and the key of the last. What doesn't open stays."""
    stale = _stale(model, names)
    rows = list(locked(stale if after is None else stale.filter(pk__gt=after))[:BATCH])
    if not rows:
        return 0, after
    salted = [field.name for field in model._meta.concrete_fields if field.default is new_salt]
    for row in rows:
        for name in salted:
            setattr(row, name, getattr(row, name) or new_salt())
        for name in names:
            field: Any = model._meta.get_field(name)
            setattr(row, name, field.tied(row))
    everything: models.QuerySet[Any] = models.QuerySet(model)
    everything.bulk_update(rows, [*names, *salted], batch_size=200)
    _told(model, len(rows), sum(isinstance(getattr(row, name), Unreadable) for row in rows for name in names))
    return len(rows), rows[-1].pk


def _told(model: type[models.Model], rows: int, lost: int) -> None:
    changes = {"model": model._meta.label_lower, "rows": rows}
    record(
        actor=None, action=Action.DATA_REKEYED, changes={**changes, "unreadable": lost} if lost else changes
    )


@transaction.atomic
def _pieces(model: type[models.Model], names: list[str], after: Any) -> tuple[int, Any]:
    """Do the same with the sealed pieces of files, which are large."""
    stale, lost = stale_pieces(model, names), 0
    rows = list(locked(stale if after is None else stale.filter(pk__gt=after))[:PIECES])
    if not rows:
        return 0, after
    everything: models.QuerySet[Any] = models.QuerySet(model)
    for row in rows:
        for name in names:
            try:
                if getattr(row, name):
                    seal(row, name, opened(row, name))
            except UnreadablePiece:
                lost += 1
        everything.filter(pk=row.pk).update(**{name: getattr(row, name) for name in names})
    _told(model, len(rows), lost)
    return len(rows), rows[-1].pk


def personal_data_rekey() -> dict[str, int]:
    """Seal everything with the first key, a batch at a time; stopping and starting again loses nothing."""
    done: dict[str, int] = {}
    with waive_scope("the key of every row changes, whoever may read it"):
        texts = [(_batch, *one) for one in encrypted_models()]
        for work, model, names in texts + [(_pieces, *one) for one in piece_models()]:
            last = None
            while True:
                count, last = work(model, names, last)
                if not count:
                    break
                done[model._meta.label_lower] = done.get(model._meta.label_lower, 0) + count
    fingerprints.retire_all_but_first()
    return done
