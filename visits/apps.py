"""The visits app."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Follows a household that moves: a visit stands in the household's grid of its day."""

    name = "visits"

    def ready(self) -> None:
        """Register what follows."""
        from audit.untold import watched  # noqa: PLC0415  models are loaded only now
        from customers import attribution, leaves  # noqa: PLC0415  models are loaded only now
        from gridbank import triggers  # noqa: PLC0415  the same
        from grids import loads  # noqa: PLC0415  the same
        from visits.guards import WATCHED  # noqa: PLC0415  the same
        from visits.leaves import paid  # noqa: PLC0415  the same
        from visits.loads import DUE, PROMISES  # noqa: PLC0415  the same
        from visits.outlets import register_outlets  # noqa: PLC0415  the same
        from visits.services.rows import register_merging, visits_follow, visits_offers_follow  # noqa: PLC0415  the same
        from visits.subjects import register_subjects  # noqa: PLC0415  the same

        register_subjects()
        register_outlets()
        leaves.register(paid)
        register_merging()
        attribution.register(visits_follow)
        attribution.register(visits_offers_follow, after_months=True)
        loads.register(DUE)
        loads.register(PROMISES)
        triggers.watch(*watched(WATCHED))
