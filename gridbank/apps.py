"""The frame as an installed app: it owns the answered POSTs and the startup checks."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class GridbankConfig(AppConfig):
    """Register the startup checks and the proof of keys."""

    name = "gridbank"
    label = "gridbank"

    def ready(self) -> None:
        """Import the checks so that Django sees them."""
        # the registry is ready only now
        from gridbank import checks, ciphers, fingerprints  # noqa: F401, PLC0415

        connection_created.connect(fingerprints.at_first_connection)
        post_migrate.connect(fingerprints.after_migrate, sender=self)
        ciphers.before_sealing.append(fingerprints.before_sealing)
