"""The files that the products take in."""

from django.utils.translation import gettext as _

from exchange.reading import Sheet
from gridbank.errors import Refused
from products.enums import Category
from products.services import ProductRow

YES_NO = {"1": True, "0": False}


def _product(code: str, name: str, name_en: str, category: str, on_sale: str) -> ProductRow:
    if category not in Category.values:
        known = ", ".join(Category.values)
        message = _("“%(category)s” is no category; use one of %(known)s.")
        raise Refused(message % {"category": category, "known": known}, field="category")
    if on_sale not in YES_NO:
        raise Refused(_("on_sale is 1 or 0."), field="on_sale")
    return ProductRow(code, name, category, name_en, YES_NO[on_sale])


PRODUCTS = Sheet(("code", "name", "name_en", "category", "on_sale"), _product)
