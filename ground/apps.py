"""The ground app."""

from django.apps import AppConfig


class GroundConfig(AppConfig):
    """Adds the map and the service points to the page of a grid, and the boundary's version to what the API says of it."""

    name = "ground"

    def ready(self) -> None:
        """Register them."""
        from audit import verification  # noqa: PLC0415  models are loaded only now
        from audit.untold import watched  # noqa: PLC0415  models are loaded only now
        from gridbank import triggers  # noqa: PLC0415  models are loaded only now
        from grids import columns  # noqa: PLC0415  the same
        from grids.panels import Place, register  # noqa: PLC0415  the same
        from ground.guards import WATCHED, guards, version_guards  # noqa: PLC0415  the same
        from ground.panels import map_panel, points_panel  # noqa: PLC0415  the same
        from ground.selectors import version_column  # noqa: PLC0415  the same
        from ground.services.layouts import layout_signatures  # noqa: PLC0415  the same
        from ground.sheets import register_sheets  # noqa: PLC0415  the same
        from ground.subjects import register_subjects  # noqa: PLC0415  the same
        from ground.undoing import register_undoing  # noqa: PLC0415  the same

        register("ground/_territory.html", map_panel, Place.TERRITORY, head="ground/_map_head.html")
        register("ground/_points.html", points_panel, Place.LIST)
        columns.register("boundary_version", version_column)
        register_sheets()
        register_subjects()
        register_undoing()
        verification.register(layout_signatures)
        triggers.watch(guards(), *version_guards(), *watched(WATCHED))
