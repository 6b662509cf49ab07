"""Personal data that can be found: the indexes of ID numbers and phones, worked out anew from what is sealed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from audit.services import record
from customers.actions import Action
from customers.enums import IdType
from customers.identity import IdentityError, parse_id_number
from customers.models import Customer
from customers.personal import index_columns, searchable
from customers.pii import Unreadable, id_digest
from customers.services.rekey import PIECES, encrypted_models
from gridbank import fingerprints
from gridbank.pieces import UnreadablePiece, opened, piece_models
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids.models import bank_in

BATCH = 1000
FOUND_BY = ("id_number", *(each.name for each in searchable(Customer)))
COLUMNS = ("id_digest", *index_columns(Customer))


@dataclass
class Found:
    """What a walk over all that is sealed found; rows are named, never their values."""

    opened: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    # two archives of one person: the second is found by no number
    doubled: list[str] = field(default_factory=list)
    stale: int = 0


def _batches(rows: models.QuerySet[Any], most: int | None = None) -> Iterator[list[Any]]:
    most = most or BATCH
    batch = list(rows[:most])
    while batch:
        yield batch
        # a key is a number or a UUID
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:most])


def _index(person: Any) -> None:
    """Work a person's indexes out. Raises ValueError for what doesn't open, and IdentityError for what is no number."""
    if any(isinstance(getattr(person, name), Unreadable) for name in FOUND_BY):
        raise ValueError("what a person is found by does not open")
    person.id_digest = None
    if person.id_type != IdType.NONE and person.id_number:
        found = parse_id_number(person.id_number, id_type=person.id_type, today=timezone.localdate())
        person.id_digest = id_digest(found.canonical, bank_in(person.path))
    for each in searchable(Customer):
        each.index(person)


def _indexes(person: Any) -> tuple[Any, ...]:
    return tuple(getattr(person, column) for column in COLUMNS)


def _people() -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = models.QuerySet(Customer)
    rows = rows.annotate(path=F("household__grid__path"))
    return rows.order_by("pk")


def _changed(people: list[Any], found: Found) -> list[Any]:
    """Return the people whose indexes are not what they should be, with the right ones."""
    before = {person.pk: _indexes(person) for person in people}
    read = []
    for person in people:
        try:
            _index(person)
        # what it was found by stays
        except (ValueError, IdentityError):
            found.broken.append(f"{Customer._meta.label_lower} {person.pk}")
        else:
            read.append(person)
    _set_apart([person for person in read if _indexes(person) != before[person.pk]], found)
    return [person for person in read if _indexes(person) != before[person.pk]]


def _set_apart(people: list[Any], found: Found) -> None:
    """Leave a number with the archive that has it: one person may stand in two that were opened unnoticed."""
    rows: models.QuerySet[Any] = models.QuerySet(Customer)
    others = rows.exclude(pk__in=[person.pk for person in people])
    wanted = {person.id_digest for person in people if person.id_digest}
    taken = dict(others.filter(id_digest__in=wanted).values_list("id_digest", "pk"))
    # of two archives of one person the one that stayed has the number
    for person in sorted(people, key=lambda one: one.merged_into_id is not None):
        if person.id_digest and (first := taken.setdefault(person.id_digest, person.pk)) != person.pk:
            if person.merged_into_id is None:
                found.doubled.append(f"{first} = {person.pk}")
            person.id_digest = None


@transaction.atomic
def _batch(pks: list[int], found: Found) -> int:
    changed = _changed(list(locked(_people().filter(pk__in=pks))), found)
    if not changed:
        return 0
    rows: models.QuerySet[Any] = models.QuerySet(Customer)
    # two of one batch may change places: emptied before they are set
    rows.filter(pk__in=[person.pk for person in changed]).update(id_digest=None)
    rows.bulk_update(changed, COLUMNS, batch_size=200)
    record(
        actor=None,
        action=Action.DATA_REINDEXED,
        changes={"model": Customer._meta.label_lower, "rows": len(changed)},
    )
    return len(changed)


def personal_data_reindex() -> Found:
    """Index everything anew, a batch at a time; stopping and starting again loses nothing."""
    found = Found()
    with waive_scope("the index of every row, whoever may read it"):
        keys: models.QuerySet[Any] = models.QuerySet(Customer)
        for batch in _batches(keys.only("pk").order_by("pk")):
            found.stale += _batch([person.pk for person in batch], found)
    fingerprints.indexed()
    return found


def personal_data_verify() -> Found:
    """Open every sealed value and work every index out; nothing is changed."""
    found = Found()
    with waive_scope("every sealed value is opened and forgotten, whoever may read it"):
        for model, names in encrypted_models():
            sealed: models.QuerySet[Any] = models.QuerySet(model)
            for batch in _batches(sealed.order_by("pk")):
                for row in batch:
                    _open(row, names, found)
        for model, names in piece_models():
            pieces: models.QuerySet[Any] = models.QuerySet(model)
            for batch in _batches(pieces.order_by("pk"), PIECES):
                for row in batch:
                    _open_pieces(row, names, found)
        for batch in _batches(_people()):
            found.stale += len(_changed(batch, Found()))
    return found


def _open(row: Any, names: Sequence[str], found: Found) -> None:
    for name in names:
        value = getattr(row, name)
        label = f"{row._meta.label_lower}.{name}"
        if isinstance(value, Unreadable):
            found.broken.append(f"{label} {row.pk}")
        elif value:
            found.opened[label] += 1


def _open_pieces(row: Any, names: Sequence[str], found: Found) -> None:
    for name in names:
        label = f"{row._meta.label_lower}.{name}"
        try:
            if getattr(row, name):
                opened(row, name)
                found.opened[label] += 1
        except UnreadablePiece:
            found.broken.append(f"{label} {row.pk}")
