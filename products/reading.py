"""The bank's product list as a file."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gridbank.csv_files import cells_of, refuse_line
from products.enums import Category
from products.services import ProductRow

COLUMNS = ("code", "name", "name_en", "category", "on_sale")
YES_NO = {"1": True, "0": False}


def product_rows(lines: Iterable[str]) -> list[ProductRow]:
    """Read the rows of a product list. Raises Refused, naming line and remedy."""
    rows = []
    for line, (code, name, name_en, category, on_sale) in cells_of(lines, COLUMNS):
        if category not in Category.values:
            known = ", ".join(Category.values)
            message = _("“%(category)s” is no category; use one of %(known)s.")
            raise refuse_line(line, message % {"category": category, "known": known})
        if on_sale not in YES_NO:
            raise refuse_line(line, _("on_sale is 1 or 0."))
        rows.append(ProductRow(code, name, category, name_en, YES_NO[on_sale]))
    return rows
