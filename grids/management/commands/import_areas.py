"""Load administrative divisions from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from gridbank.csv_files import opened
from grids.services import areas_import


class Command(BaseCommand):
    """`import_areas FILE`: columns code,name,level,parent_code; loading again changes nothing."""

    help = "Load administrative divisions (CSV: code,name,level,parent_code). Loading again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and a county to keep to."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--county", default="", help="only this county (6 digits), with what lies above it"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and say what was done."""
        with opened(options["file"]) as lines:
            counts = areas_import(actor=None, lines=lines, county=options["county"])
        self.stdout.write(f"{counts.created} created, {counts.updated} updated, {counts.unchanged} unchanged")
