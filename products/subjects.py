"""What the audit trail calls products and offers: an offer by the household's number."""

from audit.subjects import Subjects, register
from products.models import Offer, Product


def register_subjects() -> None:
    """Let the trail name them."""
    register(
        Subjects("products.product", Product.objects.all, ("name",), ("name__icontains", "code__iexact")),
        Subjects(
            "products.offer",
            Offer.objects.all,
            ("customer__household__code", "product__name"),
            ("customer__household__code__iexact",),
        ),
    )
