#!/usr/bin/env python
"""Run administrative commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from gridbank import environment


def main() -> None:
    """Point Django at the settings and run what was asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
    environment.require()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        environment.end(str(error))


if __name__ == "__main__":
    main()
