"""The grids app: it tells the jobs which banks a person belongs to."""

from django.apps import AppConfig


class GridsConfig(AppConfig):
    """Register the one question that an app below asks."""

    name = "grids"

    def ready(self) -> None:
        """Let a job be seen by the people of its bank."""
        from grids.models import banks_of  # noqa: PLC0415  models are not ready earlier
        from jobs import scope  # noqa: PLC0415  the same

        scope.register(banks_of)
