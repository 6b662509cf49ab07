"""manage.py after_restore: nobody stays signed in because a backup says so."""

from typing import Any

from django.core.management.base import BaseCommand

from people.services import everybody_out


class Command(BaseCommand):
    """End every session and token that the backup brought back; the trail shows when."""

    help = "Run after every restore: sign everybody out and revoke every API token"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say how many there were."""
        ended = everybody_out()
        self.stdout.write(f"Ended: {ended.sessions} sessions, {ended.tokens} API tokens.")
