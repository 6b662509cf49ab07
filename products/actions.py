"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    HOLDING_BULK_RECORDED = "holding.bulk_recorded", _("Holdings recorded in bulk")
    HOLDINGS_STORED = "holdings.stored", _("Rows of a file of holdings stored")
    HOLDINGS_UNDONE = "holdings.undone", _("Rows of a file of holdings taken back")
    OFFER_BULK_RECORDED = "offer.bulk_recorded", _("Offers recorded in bulk")
    OFFER_CORRECTED = "offer.corrected", _("Offers corrected with a visit")
    PRODUCT_WITHDRAWN = "product.withdrawn", _("Product taken back")
    PRODUCTS_PUT = "products.put", _("Product catalogue loaded")


SUBJECTS = {
    "products.offer": _("Offer"),
    "products.product": _("Product"),
}
