"""What a service takes hold of, in order: read from what it asks of the database, not from its code."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLUpdateCompiler

TURN = "(turn)"
HEAD = "audit.AuditHead"
WRITES = re.compile(r'(INSERT|UPDATE|DELETE)\b[^"]*"(\w+)"')
LABELS = {model._meta.db_table: model._meta.label for model in apps.get_models(include_auto_created=True)}


@dataclass(frozen=True)
class Step:
    """A statement that holds something until commit: rows of a table, or a turn. A new row holds nothing yet."""

    what: str
    table: str
    keys: tuple[Any, ...] = ()
    in_order: bool = True


@dataclass
class Watch:
    """The steps of each transaction; rows that weren't there before are nobody else's to wait for."""

    standing: dict[str, set[Any]]
    transactions: list[list[Step]] = field(default_factory=list)
    _depth: int = 0

    def note(self, step: Step) -> None:
        if not self.transactions:
            self.transactions.append([])
        self.transactions[-1].append(step)

    def statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SAVEPOINT"):
            self._depth += 1
            if self._depth == 1:
                self.transactions.append([])
        elif sql.startswith("RELEASE"):
            self._depth -= 1
        elif "pg_advisory_xact_lock" in sql:
            self.note(Step("lock", TURN))
        elif (found := WRITES.match(sql)) and found[1] != "UPDATE":
            self.note(Step(found[1].lower(), LABELS.get(found[2], found[2])))
        return execute(sql, params, many, context)

    def rows(self, what: str, query: Query, keys: list[Any]) -> None:
        label = query.model._meta.label
        keys = [key for key in keys if key in self.standing[label]]
        in_order = len(keys) < 2 or what == "update" or tuple(query.order_by) in {("pk",), ("id",)}
        if keys:
            self.note(Step(what, label, tuple(keys), in_order))


def _key(row: Any) -> Any:
    return row.pk if hasattr(row, "pk") else row[0] if isinstance(row, tuple) else row


@contextmanager
def watched() -> Iterator[Watch]:
    """Note what is taken within, on any database."""
    labels = apps.get_models(include_auto_created=True)
    watch = Watch({model._meta.label: set(QuerySet(model).values_list("pk", flat=True)) for model in labels})
    fetch, update = QuerySet._fetch_all, SQLUpdateCompiler.execute_sql

    def fetched(self: Any) -> None:
        is_new = self._result_cache is None
        fetch(self)
        if is_new and self.query.select_for_update:
            watch.rows("lock", self.query, [_key(row) for row in self._result_cache])

    def updated(self: Any, *args: Any) -> Any:
        query = self.query.chain(klass=Query)
        query.clear_ordering(force=True)
        watch.rows("update", query, list(QuerySet(query.model, query=query).values_list("pk", flat=True)))
        return update(self, *args)

    with (
        patch.object(QuerySet, "_fetch_all", fetched),
        patch.object(SQLUpdateCompiler, "execute_sql", updated),
        connection.execute_wrapper(watch.statement),
    ):
        yield watch
