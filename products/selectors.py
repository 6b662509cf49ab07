"""Reading products and offers."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from grids.authority import Act, where
from people.models import User
from products.models import Holding, Offer, Product


def product_list() -> QuerySet[Product]:
    """Return the products on sale; the catalogue is no secret inside the bank."""
    return Product.objects.filter(is_active=True)


def products_every() -> QuerySet[Product]:
    """Return the whole catalogue, what is off sale as well, by code."""
    return Product.objects.order_by("code")


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


def accounts_told(*, actor: User) -> QuerySet[Holding]:
    """Return the accounts that a file told of, of people whose records somebody may load."""
    rows = Holding.objects.visible_to(actor).filter(
        where(actor, Act.RECORDS_LOAD, "customer__household__grid__")
    )
    rows = rows.filter(customer__merged_into=None).exclude(account_digest=None)
    return rows.select_related("product").order_by("pk")


# what somebody offered lately says what he will offer next
LATELY, MOST = timedelta(days=90), 5


def offered_most(*, actor: User) -> list[int]:
    """Return the keys of the products that the person himself offered most often of late, the most offered first."""
    since = timezone.localdate() - LATELY
    rows = Offer.objects.visible_to(actor).filter(staff=actor, offered_on__gte=since).order_by()
    counted = rows.values("product_id").annotate(times=Count("pk")).order_by("-times", "product_id")
    return [row["product_id"] for row in counted[:MOST]]
