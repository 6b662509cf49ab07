"""Index ID numbers and phones anew: after an upgrade that asks for it, or for a new index key."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from customers.services.reindex import personal_data_reindex
from gridbank import fingerprints


class Command(BaseCommand):
    """Work out anew by what ID numbers and phones are found; everything else is stopped meanwhile."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether the index key is another one from now on."""
        parser.add_argument("--new-key", action="store_true", help="GRIDBANK_INDEX_KEY is a new one")

    def handle(self, *_args: Any, new_key: bool, **_options: Any) -> None:
        """Index everything; say how much, and which archives have one number."""
        if new_key and not (settings.ENVIRONMENT.seal_key or settings.ENVIRONMENT.seal_key_file):
            raise CommandError(
                "Set GRIDBANK_SEAL_KEY first: seals hang on the old index key (docs/operate.md)."
            )
        if new_key:
            fingerprints.take_index_key()
        found = personal_data_reindex()
        for pair in found.doubled:
            self.stderr.write(f"one ID number in two archives, found in the first only: {pair}")
        for row in found.broken:
            self.stderr.write(f"not indexed, its numbers can't be read: {row}")
        self.stdout.write(f"Indexed anew: {found.stale} people.")
