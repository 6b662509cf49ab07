"""What the bank sells, who holds it, and what was proposed to whom."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.enums import Evidence
from customers.models import PERSON, Customer, grid_scope_q
from gridbank.scoping import Personal, ScopedModel
from grids.models import Grid
from products.enums import Balance, Category, OfferResult


class Product(models.Model):
    """A product of the bank."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(_("product"), max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=10, choices=Category)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["category", "code"]

    def __str__(self) -> str:
        """Show the bank's own name."""
        return self.name

    @property
    def label(self) -> str:
        """Return the name in the reader's language, where there is one."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Holding(ScopedModel):
    """A product that a customer has: as somebody wrote it down, or as the core system's file tells of an account.

    Of an account stand its key's index alone, a band of its balance, and the day of the file that told of it last.
    """

    personal: ClassVar = Personal(PERSON, "customer_id", frozenset({"since", "balance"}))

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="holdings")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="holdings")
    since = models.DateField()
    ended_on = models.DateField(null=True)
    # without one: nobody's account is the same as another's
    account_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  the same
    balance = models.CharField(_("balance (yuan)"), max_length=10, choices=Balance, blank=True)
    told_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            # of accounts there may be several
            models.UniqueConstraint(
                fields=["customer", "product"],
                condition=Q(ended_on=None, account_digest=None),
                name="holding_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.product}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Holdings of customers the person may know of; what a merged archive held besides stays unseen."""
        return grid_scope_q(actor, "customer__household__") & Q(customer__merged_into=None)


class Offer(ScopedModel):
    """One product proposed to one customer by someone on a day, in the grid the household had that day."""

    personal: ClassVar = Personal(PERSON, "customer_id", frozenset({"result"}))

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="offers")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="offers")
    result = models.CharField(_("result"), max_length=8, choices=OfferResult)
    offered_on = models.DateField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="offers")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="offers")
    origin = models.UUIDField(null=True, db_index=True)
    # whether it is confirmed that it was accepted; what stood before anybody asked has none
    evidence = models.PositiveSmallIntegerField(choices=Evidence, null=True, editable=False)
    # whether the customer had agreed to marketing by that day; what stood before anybody asked has none
    agreed = models.BooleanField(null=True, editable=False)

    class Meta:
        ordering = ["-offered_on", "pk"]
        indexes = [models.Index(fields=["offered_on", "staff"], name="offer_day_staff")]

    def __str__(self) -> str:
        return f"{self.product} {self.result}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Offers to customers the person may know of."""
        return grid_scope_q(actor, "customer__household__")
