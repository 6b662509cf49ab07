"""The customers app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Lets it be proved that the triggers stand which keep the spans of households; says what is claimed of people."""

    name = "customers"

    def ready(self) -> None:
        """Name them."""
        from customers.guards import complete_guards, guards  # noqa: PLC0415  models are loaded only now
        from customers.services.claims import register_kinds  # noqa: PLC0415  the same
        from gridbank import triggers  # noqa: PLC0415  the same

        register_kinds()
        triggers.watch(*guards(), *complete_guards())
