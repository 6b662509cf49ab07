"""Rows of the customers app for the nets, and which of its routes wants which."""

from typing import Any

from django.utils import timezone

from tests import factories
from tests.nets.making import by


def _consent(world: Any, whose: str) -> Any:
    values = {"purpose": "marketing", "notice_version": "1", "channel": "paper", "given_at": timezone.now()}
    return world.row("customer", whose).consents.create(staff=world.owner(whose), **values)


MAKE = {
    "household": lambda w, whose: factories.HouseholdFactory(grid=w.grid(whose)),
    "customer": lambda w, whose: factories.CustomerFactory(household=w.row("household", whose)),
    "consent": _consent,
}
ROWS = {
    "customers": by("customer"),
    "customers:household": by("household"),
    "customers:household-edit": by("household"),
    "customers:customer-new": by("household"),
    "customers:consent-withdraw": by("consent"),
    "household-detail": by("household"),
    "customer-detail": by("customer"),
}
