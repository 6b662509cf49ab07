"""Reading products and offers by API."""

from django.db.models import QuerySet

from customers.api.filtered import FilteredViewSet
from products import selectors
from products.api.serializers import OfferSerializer, ProductSerializer
from products.forms import OfferFilterForm, ProductFilterForm
from products.models import Offer, Product


class ProductViewSet(FilteredViewSet):
    """Products on sale."""

    serializer_class = ProductSerializer
    filter_form = ProductFilterForm

    def get_queryset(self) -> QuerySet[Product]:
        """Read the catalogue."""
        given = self.filters() if self.action == "list" else {}
        return selectors.product_list().filter(**{name: value for name, value in given.items() if value})


class OfferViewSet(FilteredViewSet):
    """Offers to customers that the caller may know of."""

    serializer_class = OfferSerializer
    filter_form = OfferFilterForm

    def get_queryset(self) -> QuerySet[Offer]:
        """Read as the caller."""
        given = self.filters() if self.action == "list" else {}
        rows = selectors.offer_list(actor=self.actor)
        return rows.filter(**{name: value for name, value in given.items() if value})
