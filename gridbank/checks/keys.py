"""Keys that aren't the database's: said by a check as by whatever else opens the database."""

from collections.abc import Collection
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, InterfaceError, connection

from gridbank import fingerprints

# a command that takes a new key checks the rest before it connects; `manage.py check` asks of itself
is_asked: ContextVar[bool] = ContextVar("is_asked", default=False)


@register(Tags.database)
def keys_are_the_databases(databases: Collection[str] | None = None, **_more: Any) -> list[CheckMessage]:
    """E043: the keys at hand are wrong, or one is lost. Silent where no database answers, or it has no tables yet."""
    if not (is_asked.get() or DEFAULT_DB_ALIAS in (databases or ())) or not _is_there():
        return []
    try:
        fingerprints.prove()
    except fingerprints.WrongKeysError as error:
        return [Error(line, id="gridbank.E043") for line in str(error).splitlines()]
    # away: whatever needs it says so
    except InterfaceError:
        return []
    return []


def _is_there() -> bool:
    """Whether there is a database to be asked: a file that isn't there would be made by the question."""
    if connection.vendor != "sqlite" or connection.connection is not None:
        return True
    return Path(connection.settings_dict["NAME"]).exists()
