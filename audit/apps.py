"""The audit app: it says which triggers hold its trail."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class AuditConfig(AppConfig):
    """Let the start checks know the triggers."""

    name = "audit"

    def ready(self) -> None:
        """Name the triggers that must stand."""
        from audit.guards import chain, guards, read_log  # noqa: PLC0415  apps are not ready earlier
        from audit.outside import Outside  # noqa: PLC0415  the same
        from audit.services import sealed_before  # noqa: PLC0415  the same
        from audit.untold import name_acts, notes  # noqa: PLC0415  the same
        from audit.verification import register  # noqa: PLC0415  the same
        from gridbank import sealing, triggers  # noqa: PLC0415  the same

        triggers.watch(guards(), chain(), read_log(), notes())
        connection_created.connect(name_acts)
        register(Outside)
        if sealed_before not in sealing.witnesses:
            sealing.witnesses.append(sealed_before)
