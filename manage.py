#!/usr/bin/env python
"""Run administrative commands."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Point Django at the settings and run what was asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
