"""What the fields of a model say of themselves. Whoever lists personal fields asks here and names none."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Q

from customers.pii import EncryptedField

Model = type[models.Model]


@cache
def typed(model: Model) -> tuple[str, ...]:
    """Return the names of the fields that people fill in; what is worked out or kept by services is not editable."""
    return tuple(
        field.name for field in model._meta.concrete_fields if field.editable and not field.primary_key
    )


@cache
def sealed(model: Model) -> tuple[EncryptedField, ...]:
    return tuple(field for field in model._meta.concrete_fields if isinstance(field, EncryptedField))


@cache
def numbers(model: Model) -> tuple[EncryptedField, ...]:
    """Return the numbers under which a person is known: encrypted, and shown masked."""
    return tuple(field for field in sealed(model) if field.mask)


@cache
def revealable(model: Model) -> tuple[EncryptedField, ...]:
    """Return the fields that may be shown in clear for a reason."""
    return tuple(field for field in sealed(model) if field.revealable)


@cache
def searchable(model: Model) -> tuple[EncryptedField, ...]:
    """Return the encrypted fields that are found by columns beside them."""
    return tuple(field for field in sealed(model) if field.searchable)


def names(fields: tuple[EncryptedField, ...], prefix: str = "") -> tuple[str, ...]:
    """Return the fields' names; `prefix` leads to them from another model."""
    return tuple(f"{prefix}{field.name}" for field in fields)


def _columns(model: Model) -> Iterator[tuple[str, str]]:
    for field in searchable(model):
        if field.searchable:
            yield from ((suffix, f"{field.attname}_{suffix}") for suffix in field.searchable.indexes(""))


def index_columns(model: Model) -> tuple[str, ...]:
    """Return the columns by which encrypted values are found."""
    return tuple(column for _suffix, column in _columns(model))


def indexes(instance: models.Model, suffix: str) -> set[str]:
    """Return by which values of an index the encrypted fields of a row are found."""
    return {
        value
        for own, column in _columns(type(instance))
        if own == suffix and (value := getattr(instance, column))
    }


def found_q(model: Model, suffix: str, digest: str) -> Q:
    """Return the condition that one of the encrypted fields has this index."""
    condition = Q()
    for own, column in _columns(model):
        if own == suffix:
            condition |= Q(**{column: digest})
    return condition


def mask_of(model: Model, name: str) -> Any:
    """Return how the trail writes a field, None when it says nothing of its own."""
    return getattr(model._meta.get_field(name), "mask", None)
