"""The products app."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Adds what a household holds and was offered to its page."""

    name = "products"

    def ready(self) -> None:
        """Register the panel."""
        from customers.panels import register  # noqa: PLC0415  models are loaded only now
        from products.panels import household_products  # noqa: PLC0415  the same

        register("products/_household.html", household_products)
