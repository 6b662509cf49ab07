"""A protected row can't be read without naming the reader.

`Model.objects` refuses, `.visible_to(actor)` opens, `waive_scope("reason")` is the only other door.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.http import Http404

from gridbank.context import note_archive

_waived_for: ContextVar[str] = ContextVar("waived_for", default="")


class UnscopedQueryError(RuntimeError):
    """A query on a protected model names no reader: a fault in our code, never the user's."""


class OutOfSight(Http404):
    """The row is not there for this reader: absent and hidden look the same."""


@contextmanager
def waive_scope(reason: str) -> Iterator[None]:
    """Read without a reader, for work that is by nature about every row. Say why; uses are counted."""
    if not reason:
        message = "Say why the scope is waived."
        raise ValueError(message)
    token = _waived_for.set(reason)
    try:
        yield
    finally:
        _waived_for.reset(token)


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that refuses to be evaluated until a reader is named."""

    _scoped = False

    def visible_to(self, actor: Any) -> Self:
        """Keep the rows that this person may know of today."""
        rows = self.filter(self.model.scope_q(actor))
        rows._scoped = True
        return rows

    def _clone(self) -> Self:
        copy: Self = super()._clone()  # type: ignore[misc]
        copy._scoped = self._scoped
        return copy

    def _guard(self) -> None:
        if not (self._scoped or _waived_for.get() or self.query.is_empty()):
            raise UnscopedQueryError(self.model.__name__)

    def _fetch_all(self) -> None:
        self._guard()
        super()._fetch_all()


def _guarded(name: str) -> Any:
    plain = getattr(models.QuerySet, name)

    def method(self: ScopedQuerySet, *args: Any, **kwargs: Any) -> Any:
        # args: the right-hand side of | and &
        for rows in (self, *args):
            if isinstance(rows, ScopedQuerySet):
                rows._guard()
        return plain(self, *args, **kwargs)

    # keeps alters_data, queryset_only
    method.__dict__.update(plain.__dict__, __name__=name)
    return method


for _name in (
    "aggregate", "count", "exists", "iterator", "raw", "update", "delete",
    "aiterator", "union", "intersection", "difference", "explain", "__or__", "__and__", "__xor__",
):  # fmt: skip
    setattr(ScopedQuerySet, _name, _guarded(_name))

ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


class Personal(NamedTuple):
    """What of a row is personal, and whose archive it stands in: whoever loads it has read that archive.

    `kind` names the archive's model, `column` leads to it; `told` are the columns without which a row tells nothing.
    """

    kind: str
    column: str
    told: frozenset[str]


class ScopedModel(models.Model):
    """A model whose rows belong somewhere: subclasses say who may know of them, and what of them is personal."""

    personal: ClassVar[Personal | None] = None

    objects = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Return the condition for rows this person may know of; nothing for an incomplete person."""
        raise NotImplementedError

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **more: Any) -> Self:
        """Make the row, and note the archive that was read with it."""
        row: Self = super().from_db(db, field_names, values, **more)
        if cls.personal is not None:
            kept = row.__dict__
            if cls.personal.column in kept and not cls.personal.told.isdisjoint(kept):
                note_archive(cls.personal.kind, kept[cls.personal.column])
        return row

    def _perform_unique_checks(self, unique_checks: Any) -> Any:
        with waive_scope("uniqueness holds over every row, seen or not"):
            return super()._perform_unique_checks(unique_checks)  # type: ignore[misc]

    def validate_constraints(self, exclude: Any = None) -> None:
        """Check constraints over every row, seen or not."""
        with waive_scope("constraints hold over every row, seen or not"):
            super().validate_constraints(exclude=exclude)


NOBODY = Q(pk__in=())

Row = TypeVar("Row", bound=models.Model)


def visible_or_404(rows: models.QuerySet[Row], **key: Any) -> Row:
    """Fetch one row of a selector's rows. Raises OutOfSight when it is absent or hidden."""
    try:
        return rows.get(**key)
    except (ObjectDoesNotExist, ValueError) as error:
        raise OutOfSight from error
