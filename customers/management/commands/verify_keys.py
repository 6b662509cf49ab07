"""Open every sealed value with the keys at hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.services.reindex import personal_data_verify


class Command(BaseCommand):
    """Prove after a restore, and as a drill, that the keys open what the database holds."""

    help = "Open every sealed value, count them, and name the rows that can't be opened"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Count what opens; end with 1 when something doesn't, or can't be found."""
        found = personal_data_verify()
        for label, count in sorted(found.opened.items()):
            self.stdout.write(f"{label}: {count}")
        for row in found.broken:
            self.stderr.write(f"can't be opened: {row}")
        if found.broken:
            raise CommandError(f"{len(found.broken)} values can't be opened with these keys.")
        if found.stale:
            raise CommandError(
                f"{found.stale} people are not found by their numbers. Run manage.py reindex_personal_data."
            )
        self.stdout.write("Every sealed value opens.")
