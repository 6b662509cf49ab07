"""manage.py explain_writing: say why rows were written past the services; the trail keeps it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.outside import outside_explain, outside_left


class Command(BaseCommand):
    """Show what was written outside every act, and explain it."""

    help = "Show what was written to tables that count outside every act, and say why with --reason."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the reason, and of what it is one."""
        parser.add_argument(
            "--reason", default="", help="Why it was written so; it stands in the audit trail."
        )
        parser.add_argument(
            "--key",
            type=int,
            action="append",
            default=[],
            help="Only this writing; may be given several times.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """List it; with a reason, record that. Raises CommandError for a reason when there is nothing to explain."""
        reason = str(options["reason"]).strip()
        left = outside_left()
        for one in left:
            self.stdout.write(
                f"{one.pk}  {timezone.localtime(one.at):%Y-%m-%d %H:%M:%S}  {one.relation} {one.row}"
            )
        if reason and not left:
            message = "Nothing was written outside an act."
            raise CommandError(message)
        if reason:
            self.stdout.write(f"Explained: {outside_explain(reason, options['key'])} writings.")
        else:
            self.stdout.write(f"Written outside every act: {len(left)}.")
