"""Load the product catalogue from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from gridbank.csv_files import opened
from products.reading import product_rows
from products.services import products_put


class Command(BaseCommand):
    """`import_products FILE`: columns code,name,name_en,category,on_sale; products that aren't named stay."""

    help = "Load products (CSV: code,name,name_en,category,on_sale). Loading again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load and say what was done."""
        with opened(options["file"]) as lines:
            added, changed = products_put(actor=None, rows=product_rows(lines))
        self.stdout.write(f"{added} added, {changed} changed")
