"""What the database holds by itself, whoever writes: what was removed by mistake shows in the diff of the table.

Each service refuses what a constraint forbids, so that nothing else turns red when one is gone; until two write at once.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from tests.i18n.messages import ROOMS
from tests.nets.site import World

MODELS = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
UNIQUE = [
    (model, constraint)
    for model in MODELS
    for constraint in model._meta.constraints
    if isinstance(constraint, models.UniqueConstraint)
]


def held(model: type[models.Model]) -> Iterator[str]:
    """Say what a table holds: constraints and indexes by name, columns that are unique, indexed or may be empty."""
    meta, label = model._meta, model._meta.label
    for constraint in meta.constraints:
        _path, _args, told = constraint.deconstruct()
        what = {name: value for name, value in told.items() if name != "name"}
        yield f"{label} | {type(constraint).__name__} {constraint.name} | {what}"
    for index in meta.indexes:
        yield f"{label} | Index {index.name} | {', '.join(index.fields)} {index.condition or ''}".strip()
    for field in meta.concrete_fields:
        words = [
            word
            for word, said in (("unique", field.unique), ("index", field.db_index), ("null", field.null))
            if said
        ]
        if words:
            yield f"{label}.{field.name} | {' '.join(words)}"


def test_what_the_database_holds_is_what_was_agreed(frozen):
    frozen("constraints.txt", sorted(line for model in MODELS for line in held(model)))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_what_a_model_says_stands_in_the_database(db, model: Any):
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, model._meta.db_table)
    named = [one.name for one in (*model._meta.constraints, *model._meta.indexes)]
    assert [name for name in named if name not in there] == []


def copies(model: type[models.Model], constraint: models.UniqueConstraint) -> Iterator[dict[str, Any]]:
    """Return the columns of the rows that a unique constraint is about; its condition may leave some out."""
    rows = models.QuerySet(model)
    if constraint.condition is not None:
        rows = rows.filter(constraint.condition)
    for row in rows[:1]:
        yield {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}


@pytest.mark.parametrize(("model", "constraint"), UNIQUE, ids=lambda one: getattr(one, "name", ""))
def test_what_stands_once_is_not_stored_twice(shared: World, model: Any, constraint: Any):
    for columns in copies(model, constraint):
        if len(model._meta.pk_fields) == 1:
            columns.pop(model._meta.pk.attname)
        for field in model._meta.concrete_fields:
            if field.unique and not field.primary_key and isinstance(field, models.CharField):
                columns[field.attname] = "x"
        with pytest.raises(IntegrityError), transaction.atomic():
            models.QuerySet(model).bulk_create([model(**columns)])
