"""Settings of the dashboards app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Registers what is counted about every grid."""

    name = "dashboards"

    def ready(self) -> None:
        """Fill the registry of measures."""
        from dashboards import measures  # noqa: F401, PLC0415  registers itself; models must be loaded first
