"""Conditions that Django has no word for."""

from typing import Any

from django.db.models import Aggregate, BooleanField, F, Func, TextField, Value
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler


class KeyList(Aggregate):
    """The keys of all rows as one text, `1,2,3`: thousands of rows need not become objects to be named again."""

    function = "STRING_AGG"
    name = "KeyList"
    output_field = TextField()

    def __init__(self, column: str, **extra: Any) -> None:
        """Name the key's column; `filter` as with every aggregate."""
        super().__init__(Cast(column, TextField()), Value(","), **extra)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        """Say it as SQLite does."""
        sql, parameters = super().as_sql(compiler, connection, function="GROUP_CONCAT", **extra)
        return sql, tuple(parameters)


class AnyOf(Func):
    """Whether a key is one of many: the keys travel as one parameter, however many they are.

    `IN` with thousands of parameters is slow to build here and slow to parse there; the database plans
    both the same way. Use: `Q(AnyOf("household__grid_id", "1,2,3"))`, with the text of a `KeyList`.
    """

    output_field = BooleanField()

    def __init__(self, column: str, keys: str) -> None:
        """Name the column and the keys: integers with commas between them."""
        super().__init__(F(column))
        self.keys = keys

    @property
    def identity(self) -> tuple[Any, ...]:
        """Tell two conditions apart by their keys as well."""
        return (*super().identity, self.keys)

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: Any, **_extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Write the condition for PostgreSQL."""
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY(%s::bigint[])", (*parameters, f"{{{self.keys}}}")

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_extra: Any) -> tuple[str, tuple[Any, ...]]:
        """Write the condition for SQLite."""
        column, parameters = compiler.compile(self.source_expressions[0])
        keys = (*parameters, f"[{self.keys}]")
        return f"{column} IN (SELECT value FROM json_each(%s))", keys  # noqa: S608  a column of ours
