"""Seal personal data with the current key."""

from typing import Any

from django.core.management.base import BaseCommand

from customers.services.rekey import personal_data_rekey


class Command(BaseCommand):
    """Run after a new key was put first in GRIDBANK_FIELD_KEYS; the old one may go when nothing is left to do."""

    help = "Seal personal data again with the first of the field keys"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Seal everything; say how much."""
        done = personal_data_rekey()
        for name, count in done.items():
            self.stdout.write(f"{name}: {count}")
        if not done:
            self.stdout.write("Everything is sealed with the current key.")
