"""The needs app."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """Adds what a household asked for to its page."""

    name = "needs"

    def ready(self) -> None:
        """Register the panel."""
        from audit.untold import watched  # noqa: PLC0415  models are loaded only now
        from customers.attribution import register_resettled  # noqa: PLC0415  the same
        from customers.panels import Place, register  # noqa: PLC0415  models are loaded only now
        from gridbank import triggers  # noqa: PLC0415  the same
        from grids import loads  # noqa: PLC0415  the same
        from needs.guards import WATCHED  # noqa: PLC0415  the same
        from needs.loads import NEEDS  # noqa: PLC0415  the same
        from needs.outlets import register_outlets  # noqa: PLC0415  the same
        from needs.panels import household_panel  # noqa: PLC0415  the same
        from needs.services import needs_follow, register_merging  # noqa: PLC0415  the same
        from needs.subjects import register_subjects  # noqa: PLC0415  the same
        from needs.undoing import register_undoing  # noqa: PLC0415  the same

        register_subjects()
        register_outlets()
        register_undoing()
        register_resettled(needs_follow)
        register_merging()
        register("needs/_household.html", household_panel, Place.MAIN)
        loads.register(NEEDS)
        triggers.watch(*watched(WATCHED))
