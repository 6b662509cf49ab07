"""manage.py reset_password USERNAME: a one-time password, for officers too, given on the server."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gridbank.console import refusals
from people.models import User
from people.services import password_reset


class Command(BaseCommand):
    """Give a one-time password; the audit trail shows that it was done on the server."""

    help = "Reset a person's password to a one-time one and print it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the user name."""
        parser.add_argument("username")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(options["username"])
        except User.DoesNotExist as error:
            raise CommandError("There is no such account.") from error
        with refusals():
            made = password_reset(actor=None, user=user)
        self.stdout.write(
            f"{made.user.username}: {made.password} (until {timezone.localtime(made.user.one_time_until):%Y-%m-%d %H:%M %z})"
        )
