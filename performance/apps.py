"""The performance app: it tells the rooms below which months are closed, and the jobs what their work is called."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """Register what apps below ask."""

    name = "performance"

    def ready(self) -> None:
        """Let a visit for a published month be marked late, and the page of a job speak of months."""
        from audit import verification  # noqa: PLC0415  models are not ready earlier
        from audit.untold import watched  # noqa: PLC0415  models are loaded only now
        from exchange.outlets import register_taken  # noqa: PLC0415  the same
        from gridbank import triggers  # noqa: PLC0415  the same
        from grids import closing, gaps  # noqa: PLC0415  the same
        from performance.actions import Action  # noqa: PLC0415  the same
        from performance.faces import register_faces  # noqa: PLC0415  the same
        from performance.guards import WATCHED, guards, ledgers  # noqa: PLC0415  the same
        from performance.services import closed_days, late_change_note  # noqa: PLC0415  the same
        from performance.services.schemes import SchemesSigned  # noqa: PLC0415  the same
        from performance.services.targets import SignedTargets, TargetsTold  # noqa: PLC0415  the same
        from performance.sheets import register_sheets  # noqa: PLC0415  the same
        from performance.subjects import register_subjects  # noqa: PLC0415  the same
        from performance.targeted import NO_TARGET  # noqa: PLC0415  the same

        register_subjects()
        verification.register(SchemesSigned)
        verification.register(SignedTargets)
        verification.register(TargetsTold)
        gaps.register(NO_TARGET)
        closing.register(closed_days, late_change_note)
        register_faces()
        register_sheets()
        register_taken(Action.PERIOD_EXPORTED)
        triggers.watch(guards(), *ledgers(), *watched(WATCHED))
