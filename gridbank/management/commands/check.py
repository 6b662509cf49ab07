"""`manage.py check`: Django's own, which asks the database for its keys as well, where there is one."""

from typing import Any

from django.core.management.commands import check

from gridbank.checks.keys import is_asked


class Command(check.Command):
    """Without a word more it says whether the keys are the database's, beside all else that is wrong."""

    def handle(self, *app_labels: Any, **options: Any) -> None:
        """Check with the database; nothing is made by the question."""
        token = is_asked.set(True)
        try:
            super().handle(*app_labels, **options)
        finally:
            is_asked.reset(token)
