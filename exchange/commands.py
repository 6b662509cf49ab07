"""Commands of the server room that load a file whole or not at all."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from exchange.reading import BYTES_AT_MOST, decoded
from gridbank.console import refusals


@contextmanager
def opened(path: Path) -> Iterator[Iterable[str]]:
    """Open a file for a command. Raises CommandError for what goes wrong with it, then and inside."""
    try:
        with refusals(f"{path}: ", " Nothing was changed."):
            with path.open("rb") as file:
                # One byte too many is enough to know that there are too many.
                content = file.read(BYTES_AT_MOST + 1)
            yield decoded(content)
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}. Check the path.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8. Save it as CSV UTF-8 and try again.") from error


class FileCommand(BaseCommand):
    """A command with a file: `load` does the work and returns what is said of it."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load the file and say what was done."""
        # with wrong keys nothing is read: which ones these are is found as the connection is made
        connection.ensure_connection()
        with opened(options["file"]) as lines:
            self.stdout.write(self.load(lines, **options))

    def load(self, lines: Iterable[str], **options: Any) -> str:
        """Bring the file in, in one transaction. Raises Refused."""
        raise NotImplementedError
