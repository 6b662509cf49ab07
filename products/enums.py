"""Choices of the products app."""

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
