"""Choices of the products app."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """Families of products."""

    DEPOSIT = "deposit", _("Deposit")
    LOAN = "loan", _("Loan")
    CARD = "card", _("Card")
    DIGITAL = "digital", _("Digital banking")
    PAYMENT = "payment", _("Payment")
    INSURANCE = "insurance", _("Insurance agency")


class OfferResult(models.TextChoices):
    """What became of an offer."""

    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


class Balance(models.TextChoices):
    """How much lies on an account, in yuan; the sum itself is never kept."""

    NONE = "none", _("Nothing")
    UNDER_10K = "under_10k", _("Under 10,000")
    TO_50K = "to_50k", _("10,000 to 50,000")
    TO_200K = "to_200k", _("50,000 to 200,000")
    TO_500K = "to_500k", _("200,000 to 500,000")
    OVER_500K = "over_500k", _("500,000 and over")


# where each band begins, in yuan; what is overdrawn is nothing
BEGINS = (
    (500_000, Balance.OVER_500K),
    (200_000, Balance.TO_500K),
    (50_000, Balance.TO_200K),
    (10_000, Balance.TO_50K),
)


def band_of(yuan: Decimal) -> Balance:
    """Return the band in which a balance lies."""
    if yuan <= 0:
        return Balance.NONE
    return next((band for begins, band in BEGINS if yuan >= begins), Balance.UNDER_10K)
