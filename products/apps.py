"""The products app."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Adds what a household holds and was offered to its page; an offer stands in the household's grid of its day."""

    name = "products"

    def ready(self) -> None:
        """Register the panel, and what follows a household that moves."""
        from audit.untold import watched  # noqa: PLC0415  models are loaded only now
        from customers import agreeing, attribution, leaves  # noqa: PLC0415  models are loaded only now
        from customers.panels import register  # noqa: PLC0415  the same
        from gridbank import triggers  # noqa: PLC0415  the same
        from products.guards import WATCHED  # noqa: PLC0415  the same
        from products.leaves import held  # noqa: PLC0415  the same
        from products.outlets import register_outlets  # noqa: PLC0415  the same
        from products.panels import household_products  # noqa: PLC0415  the same
        from products.services import offers_agree, offers_follow, register_kinds, register_merging  # noqa: PLC0415  the same
        from products.sheets import register_sheets  # noqa: PLC0415  the same
        from products.subjects import register_subjects  # noqa: PLC0415  the same

        register_subjects()
        register("products/_household.html", household_products)
        leaves.register(held)
        attribution.register(offers_follow, after_months=True)
        agreeing.register(offers_agree)
        register_kinds()
        register_merging()
        register_sheets()
        register_outlets()
        triggers.watch(*watched(WATCHED))
