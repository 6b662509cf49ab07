"""The performance app: it tells visits which months are closed."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """Register the one question that an app below asks."""

    name = "performance"

    def ready(self) -> None:
        """Let a visit that arrives for a published month be marked late."""
        from performance.services import is_month_closed  # noqa: PLC0415  models are not ready earlier
        from visits import closing  # noqa: PLC0415  the same

        closing.register(is_month_closed)
