"""Load administrative divisions from a CSV file."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from exchange.commands import FileCommand
from grids.services import areas_import
from grids.sheets import AREAS


class Command(FileCommand):
    """`import_areas FILE`: columns code,name,level,parent_code; loading again changes nothing."""

    help = "Load administrative divisions (CSV: code,name,level,parent_code). Loading again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and a county to keep to."""
        super().add_arguments(parser)
        parser.add_argument(
            "--county", default="", help="only this county (6 digits), with what lies above it"
        )

    def load(self, lines: Iterable[str], **options: Any) -> str:
        """Import and say what was done."""
        counts = areas_import(actor=None, rows=AREAS.rows(lines), county=options["county"])
        return f"{counts.created} created, {counts.updated} updated, {counts.unchanged} unchanged"
