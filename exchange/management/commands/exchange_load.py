"""Bring a file in from the command line."""

import json
import os
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from exchange import selectors, services
from exchange.models import Batch
from exchange.reading import BYTES_AT_MOST
from exchange.services.forgetting import errors_path
from exchange.services.returning import wrong_rows
from exchange.sheets import IN, Fate, sheets
from gridbank.console import refusals
from jobs.running import finish
from people.models import User
from people.selectors import person


class Command(BaseCommand):
    """`exchange_load KIND FILE`: one line of JSON, and exit 1 when a row is wrong; the good rows are in."""

    help = "Bring a file in: xlsx, xls or csv. Doing it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=f"one of {', '.join(sheet.kind for sheet in sheets())}")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--as", dest="user", default="", help="the user on whose behalf; the server itself without"
        )
        parser.add_argument(
            "--as-of",
            type=_day,
            default=None,
            help="the day of which the file tells, YYYY-MM-DD; today without",
        )
        parser.add_argument("--dry-run", action="store_true", help="tell what would be done, and do nothing")
        parser.add_argument(
            "--errors",
            type=Path,
            default=None,
            help="where the wrong rows go as a workbook with their numbers in clear; beside the data, until the night, without",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Bring the file in, do the work here, and say what became of the rows."""
        path: Path = options["file"]
        # with wrong keys nothing is read
        connection.ensure_connection()
        try:
            with path.open("rb") as file:
                content = file.read(BYTES_AT_MOST + 1)
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}. Check the path.") from error
        actor = _user(options["user"])
        with refusals(f"{path}: "):
            batch = services.batch_bring(
                actor=actor,
                kind=options["kind"],
                name=path.name,
                content=content,
                as_of=options["as_of"] or timezone.localdate(),
            )
            work = selectors.JUDGE if options["dry_run"] else selectors.STORE
            job = finish(services.batch_start(actor=actor, batch=batch, work=work).pk)
        if job.status != job.Status.DONE:
            raise CommandError(
                f"{path}: the work on batch {batch.pk} ended early: {job.message or 'see the log'}"
            )
        told = summary(batch, job.result, _errors_file(batch, job.result, options["errors"]))
        self.stdout.write(json.dumps(told))
        if told["wrong"]:
            raise SystemExit(1)


def _day(text: str) -> date:
    """Read a day that isn't still to come. Raises ArgumentTypeError."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no day; write it as YYYY-MM-DD") from error
    if day > timezone.localdate():
        raise ArgumentTypeError(f"{text} is still to come")
    return day


def _user(name: str) -> User | None:
    if not name:
        return None
    found = person(username=name)
    if found is None or not found.is_active:
        raise CommandError(f"there is no active user {name}")
    return found


def summary(batch: Batch, counts: dict[str, int], errors: Path | None) -> dict[str, Any]:
    """Return what is said of a batch: counts of the file's rows, and where the wrong ones lie."""
    wrong = counts.get(Fate.WRONG, 0)
    return {
        "batch": batch.pk,
        "rows": counts.get("rows", 0),
        "ready": sum(counts.get(fate, 0) for fate in IN),
        "wrong": wrong,
        "created": counts.get(Fate.NEW, 0),
        "updated": counts.get(Fate.CHANGED, 0),
        "unchanged": counts.get(Fate.UNCHANGED, 0),
        "errors_file": str(errors) if errors else None,
    }


def _errors_file(batch: Batch, counts: dict[str, int], path: Path | None) -> Path | None:
    """Write the wrong rows where somebody asked for them, or beside the data, for the server's own user alone.

    Their numbers stand there in clear: what lies beside the data is removed by night. Raises CommandError.
    """
    if not counts.get(Fate.WRONG):
        return None
    batch.refresh_from_db()
    if path is None:
        path = errors_path(batch)
        path.unlink(missing_ok=True)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        message = f"{path} can't be written: {error.strerror}. Batch {batch.pk} is done; its page has its wrong rows."
        raise CommandError(message) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(wrong_rows(batch))
    return path
