#!/usr/bin/env python
"""Run administrative commands."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, InterfaceError
from django.utils import translation

from gridbank import environment
from gridbank.outages import disk_sentence, sentence_for_operator

IN_CHINESE = {"seed_demo", "up"}
# commands of packages that change accounts and tell nobody, and what does the same and leaves a row in the trail
UNTOLD = {
    "changepassword": "manage.py reset_password gives a one-time password.",
    "createsuperuser": "manage.py create_account opens an account.",
    **dict.fromkeys(
        (
            "axes_reset", "axes_reset_failure_logs", "axes_reset_ip", "axes_reset_ip_username", "axes_reset_logs",
            "axes_reset_username",
        ),
        "A locked name opens by itself after a quarter of an hour.",
    ),
}  # fmt: skip


def main() -> None:
    """Point Django at the settings and run what was asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
    environment.require()
    if sys.argv[1:] and sys.argv[1] in UNTOLD:
        environment.end(f"{sys.argv[1]} would leave no row in the audit trail. {UNTOLD[sys.argv[1]]}")
    try:
        # what a command says stands beside its own words; what it seeds for people stays in theirs
        if sys.argv[1:] and sys.argv[1] not in IN_CHINESE:
            django.setup()
            translation.activate("en")
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        # as a shell tells it of a program that Ctrl-C ended
        sys.exit(130)
    except ImproperlyConfigured as error:
        environment.end(str(error))
    except (DatabaseError, InterfaceError, OSError) as error:
        reason = disk_sentence(error) if isinstance(error, OSError) else sentence_for_operator(error)
        if reason is None:
            raise
        environment.end(reason)


if __name__ == "__main__":
    main()
