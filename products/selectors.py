"""Reading products and offers."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from people.models import User
from products.models import Holding, Offer, Product


def product_list() -> QuerySet[Product]:
    """Return the products on sale; the catalogue is no secret inside the bank."""
    return Product.objects.filter(is_active=True)


def products_by_code(*, codes: Iterable[str]) -> dict[str, Product]:
    """Return products by their codes, off sale as well."""
    return {product.code: product for product in Product.objects.filter(code__in=set(codes))}


def offer_list(*, actor: User) -> QuerySet[Offer]:
    """Return the offers made to customers the person may know of."""
    return Offer.objects.visible_to(actor).select_related("product", "customer", "staff")


def holding_list(*, actor: User) -> QuerySet[Holding]:
    """Return what customers hold today, for customers the person may know of."""
    today = timezone.localdate()
    held = Q(since__lte=today) & (Q(ended_on=None) | Q(ended_on__gt=today))
    return Holding.objects.visible_to(actor).filter(held).select_related("product", "customer")
