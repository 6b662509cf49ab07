"""Settings of the dashboards app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Registers what is counted about every grid."""

    name = "dashboards"

    def ready(self) -> None:
        """Fill the registries of measures and of the coverage page."""
        from dashboards import covers, measures  # noqa: F401, PLC0415  register themselves; models must be loaded first
