"""`manage.py migrate`: Django's own, one at a time, and never past a guard that rows stand behind."""

from contextlib import nullcontext
from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db.migrations.exceptions import IrreversibleError

from gridbank.alone import alone


class Command(migrate.Command):
    """Two at once would make the same tables twice: the second waits and finds them made."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait for whoever migrates already; who only looks waits for nobody."""
        only_looks = options["check_unapplied"] or options["plan"]
        try:
            with nullcontext() if only_looks else alone(self._tell):
                super().handle(*args, **options)
        except IrreversibleError as error:
            raise CommandError(f"{error} Restore the backup instead (docs/operate.md, Upgrade).") from error

    def _tell(self, sentence: str) -> None:
        self.stderr.write(f"gridbank: {sentence}")
