"""`manage.py check`: Django's own, which asks the database as well, where there is one."""

from typing import Any

from django.core.management.commands import check
from django.db import DEFAULT_DB_ALIAS

from gridbank.checks.keys import is_there


class Command(check.Command):
    """Without a word more it says whether the keys are the database's; nothing is made by the question."""

    def handle(self, *app_labels: Any, **options: Any) -> None:
        """Check with the database, as `--database default` does."""
        if not options["databases"] and is_there():
            options["databases"] = [DEFAULT_DB_ALIAS]
        super().handle(*app_labels, **options)
