"""manage.py after_restore: nobody stays signed in because a backup says so."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.services import restored


class Command(BaseCommand):
    """End every session and token that the backup brought back; the trail shows when."""

    help = "Run after every restore: sign everybody out and revoke every API token"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say how many there were."""
        try:
            ended = restored()
        except OSError as error:
            message = (
                f"The anchors can't be written ({error}): set GRIDBANK_ANCHOR_FILE right and run this again."
            )
            raise CommandError(message) from error
        self.stdout.write(f"Ended: {ended.sessions} sessions, {ended.tokens} API tokens.")
