"""Load the product catalogue from a CSV file."""

from collections.abc import Iterable
from typing import Any

from exchange.commands import FileCommand
from products.services import products_put
from products.sheets import PRODUCTS


class Command(FileCommand):
    """`import_products FILE`: columns code,name,name_en,category,on_sale; products that aren't named stay."""

    help = "Load products (CSV: code,name,name_en,category,on_sale). Loading again changes nothing."

    def load(self, lines: Iterable[str], **options: Any) -> str:
        """Load and say what was done."""
        added, changed = products_put(actor=None, rows=[row for _line, row in PRODUCTS.rows(lines)])
        return f"{added} added, {changed} changed"
