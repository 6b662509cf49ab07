"""manage.py create_account: the first officers of a new installation, made on the server."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from gridbank.console import refusals
from people.enums import Role
from people.services import account_create


class Command(BaseCommand):
    """Open an account with any role and print its one-time password."""

    help = "Open an account; the only way to make the first system administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take who it is for."""
        parser.add_argument("username")
        parser.add_argument("staff_no")
        parser.add_argument("name")
        parser.add_argument("role", choices=Role.values)

    def handle(self, *_args: Any, **options: Any) -> None:
        fields = {key: options[key] for key in ("username", "staff_no", "name", "role")}
        with refusals():
            made = account_create(actor=None, **fields)
        self.stdout.write(
            f"{made.user.username}: {made.password} (until {timezone.localtime(made.user.one_time_until):%Y-%m-%d %H:%M %z})"
        )
