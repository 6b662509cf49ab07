"""Mistakes in the set-up are caught at start, not by a customer."""

from django.conf import settings
from django.core.checks import ERROR, Tags, run_checks

from gridbank.checks import keys, production, servers, source

__all__ = ["faults", "keys", "production", "servers", "source"]


def faults() -> list[str]:
    """Return what is wrong with the set-up, of production with more, whatever started it: `up` isn't the only door."""
    found = run_checks(tags=[Tags.security], include_deployment_checks=settings.PRODUCTION)
    return [
        f"{each.msg} ({each.id})"
        for each in found
        # who is to serve waits for a database that is away
        if each.level >= ERROR and not each.is_silenced() and each.id != servers.AWAY
    ]
