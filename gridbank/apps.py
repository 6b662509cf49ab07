"""The frame as an installed app: it owns the answered POSTs and the startup checks."""

from django.apps import AppConfig


class GridbankConfig(AppConfig):
    """Register the startup checks."""

    name = "gridbank"
    label = "gridbank"

    def ready(self) -> None:
        """Import the checks so that Django sees them."""
        from gridbank import checks  # noqa: F401, PLC0415  the registry is ready only now
