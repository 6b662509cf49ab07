"""Conditions that Django has no word for."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Aggregate, BooleanField, F, Func, TextField
from django.db.models.sql.compiler import SQLCompiler

MOST_RUNS = 20
# SQLite takes some thousands of parameters, and every database parses a few hundred quickly
PORTION = 500
Key = TypeVar("Key", int, str, tuple[int, datetime], tuple[int, date])


def portions(keys: Collection[Key]) -> Iterator[list[Key]]:
    """Cut keys into lists short enough for one `IN`, in order: rows held in several goes are held in one order."""
    ordered = sorted(set(keys))
    for at in range(0, len(ordered), PORTION):
        yield ordered[at : at + PORTION]


class KeyList(Aggregate):
    """The keys of all rows as one text, `1,2,3`: thousands of rows need not become objects to be named again."""

    function = "STRING_AGG"
    name = "KeyList"
    template = "%(function)s(%(expressions)s%(as_text)s)"
    output_field = TextField()

    def __init__(self, column: str, **extra: Any) -> None:
        """Name the key's column; `filter` as with every aggregate."""
        super().__init__(column, as_text="::text, ','", **extra)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        """Say it as SQLite does."""
        sql, parameters = super().as_sql(compiler, connection, function="GROUP_CONCAT", as_text="", **extra)
        return sql, tuple(parameters)


@lru_cache(maxsize=64)
def runs(keys: str) -> tuple[tuple[int, int], ...]:
    """Return the first and the last key of each run of consecutive ones: `1,2,3,7` is (1, 3), (7, 7)."""
    found: list[tuple[int, int]] = []
    for key in sorted(map(int, keys.split(","))) if keys else ():
        if found and key <= found[-1][1] + 1:
            found[-1] = (found[-1][0], key)
        else:
            found.append((key, key))
    return tuple(found)


class AnyOf(Func):
    """Whether a key is one of many, however many they are.

    `IN` with thousands of parameters is slow to build here and slow to parse there. Rows that were made together
    have keys that follow one another, so that thousands of them are a few ranges, which cost nothing; where
    they aren't, the keys travel as one parameter, at which the database looks one by one when it plans.
    Use: `Q(AnyOf("household__grid_id", "1,2,3"))`, with the text of a `KeyList`.
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
        return self._ranges(column, parameters) or (
            f"{column} = ANY(%s::bigint[])", (*parameters, f"{{{self.keys}}}"),
        )  # fmt: skip

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_extra: Any) -> tuple[str, tuple[Any, ...]]:
        """Write the condition for SQLite."""
        column, parameters = compiler.compile(self.source_expressions[0])
        return self._ranges(column, parameters) or (
            f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, f"[{self.keys}]"),  # noqa: S608  a column of ours
        )  # fmt: skip

    def _ranges(self, column: str, parameters: Sequence[Any]) -> tuple[str, tuple[Any, ...]] | None:
        """Write the condition as ranges, if they are few."""
        found = runs(self.keys)
        if not 0 < len(found) <= MOST_RUNS:
            return None
        sql = " OR ".join([f"{column} BETWEEN %s AND %s"] * len(found))
        return f"({sql})", tuple(value for run in found for value in (*parameters, *run))
