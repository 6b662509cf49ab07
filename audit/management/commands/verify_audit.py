"""manage.py verify_audit: prove that nobody touched the audit trail, or say where."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.verification import verify


class Command(BaseCommand):
    """Walk the chain of audit events and compare it with its head."""

    help = "Verify every hash, the order, the count and the head of the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an anchor."""
        parser.add_argument(
            "--anchor", default="", help="A head hash noted elsewhere: it must still be in the chain."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the head to note, or every break found."""
        report = verify(anchor=options["anchor"])
        if not report.is_whole:
            raise CommandError("\n".join(["The audit trail is broken.", *report.breaks]))
        self.stdout.write(f"The audit trail is whole: {report.count} events, head {report.head}")
