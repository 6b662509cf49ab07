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
from gridbank.outages import sentence_for_operator

IN_CHINESE = {"seed_demo", "up"}


def main() -> None:
    """Point Django at the settings and run what was asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
    environment.require()
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
    except (DatabaseError, InterfaceError) as error:
        reason = sentence_for_operator(error)
        if reason is None:
            raise
        environment.end(reason)


if __name__ == "__main__":
    main()
