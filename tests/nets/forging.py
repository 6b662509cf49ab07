"""A forger: somebody with the database's password for rows, and no more. What he knows of the code he may use.

On PostgreSQL he has SELECT, INSERT, UPDATE and DELETE, and temporary tables, which everybody has; he owns nothing. On
SQLite, where a file has no roles, he has the same statements, REPLACE and rowid with them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

from audit.models import AuditEvent, AuditHead
from audit.services import event_hash
from audit.verification import verify
from gridbank.scoping import waive_scope
from performance.models import Period
from performance.services import verify_period

# roles belong to the server: other workers have their own
ROLE = f"forger_{os.getpid()}"
REFUSED = "refused"


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def as_forger() -> Iterator[None]:
    """Be him until the end; the role goes with the transaction of the test."""
    if connection.vendor != "postgresql":
        yield
        return
    run(
        f"CREATE ROLE {ROLE} NOSUPERUSER NOCREATEDB NOCREATEROLE",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
        f"SET LOCAL ROLE {ROLE}",
    )
    yield
    run("RESET ROLE")


def forged(*statements: str, month: Period | None = None) -> str | list[str]:
    """Do what the forger does and say what came of it: it was refused, or this is what the proofs say of it.

    They are not told where to look: the whole trail is proved, and the month. An empty list is a forgery that nobody
    sees.
    """
    try:
        with transaction.atomic():
            with as_forger():
                run(*statements)
                # what waits for the end of a transaction is checked now
                if connection.vendor == "postgresql":
                    run("SET CONSTRAINTS ALL IMMEDIATE")
            found = proved(month)
            transaction.set_rollback(True)
    except DatabaseError as error:
        if not is_a_refusal(str(error)):
            raise
        return REFUSED
    return found


def is_a_refusal(told: str) -> bool:
    """Tell a guard, a constraint or a missing right from a slip in the forger's SQL."""
    words = (
        "is frozen",
        "is chained",
        "append-only",
        "constraint",
        "permission denied",
        "must be owner",
        "UNIQUE",
    )
    return any(word in told for word in words)


def proved(month: Period | None) -> list[str]:
    found = list(verify().breaks)
    if month is not None:
        with waive_scope("the forger's month"):
            found += verify_period(month).differences
    return found


def event(**changes: object) -> AuditEvent:
    """Return an event that follows the trail to the letter, by whom and when he likes; without the key, it has no seal."""
    head = AuditHead.objects.get(pk=1)
    made = AuditEvent(at=head.at, action="period.published", previous_hash=head.hash, seal="0" * 64)
    for name, value in changes.items():
        setattr(made, name, value)
    made.hash = event_hash(made)
    return made


def inserting(made: AuditEvent, number: str = "") -> str:
    """Write the statement that adds an event."""
    given = {
        field.column: getattr(made, field.attname)
        for field in made._meta.concrete_fields
        if field.name != "id"
    }
    values = ", ".join("NULL" if value is None else _quoted(value) for value in given.values())
    columns = ", ".join(given)
    if number:
        columns, values = f"id, {columns}", f"{number}, {values}"
    return f"INSERT INTO audit_auditevent ({columns}) VALUES ({values})"


def _quoted(value: object) -> str:
    text = (
        str(value).replace("+00:00", "")
        if connection.vendor == "sqlite" and hasattr(value, "tzinfo")
        else str(value)
    )
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def moving_head(made: AuditEvent) -> str:
    return f"UPDATE audit_audithead SET count = count + 1, hash = '{made.hash}', at = {_quoted(made.at)}"
