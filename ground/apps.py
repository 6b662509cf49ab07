"""The ground app."""

from django.apps import AppConfig


class GroundConfig(AppConfig):
    """Adds the map to the page of a grid."""

    name = "ground"

    def ready(self) -> None:
        """Register the panel."""
        from grids.panels import Place, register  # noqa: PLC0415  models are loaded only now
        from ground.panels import map_panel  # noqa: PLC0415  the same

        register("ground/_territory.html", map_panel, Place.TERRITORY, head="ground/_map_head.html")
