"""What the API says of products and offers."""

from typing import ClassVar

from rest_framework import serializers

from products.models import Offer, Product


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product on sale."""

    class Meta:
        model = Product
        fields: ClassVar = ["id", "code", "name", "name_en", "category"]
        read_only_fields = fields


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """One product proposed to one customer."""

    class Meta:
        model = Offer
        fields: ClassVar = [
            "id",
            "customer",
            "product",
            "result",
            "offered_on",
            "staff",
            "grid",
            "agreed",
            "origin",
        ]
        read_only_fields = fields
