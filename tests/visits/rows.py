"""Rows of the visits app for the nets, and which of its routes wants which."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from tests import factories
from tests.nets.making import by
from visits.body import parse
from visits.models import HeldVisit


def _held(world: Any, whose: str) -> HeldVisit:
    """A visit that waits because the laptop's clock was ahead."""
    at = (timezone.now() + timedelta(hours=8)).isoformat()
    person = world.row("customer", whose)
    body = parse(
        {"id": str(uuid4()), "customer": person.pk, "started_at": at, "mode": "door", "met": True}
    ).body
    return HeldVisit.objects.create(
        visit_id=body.id, staff=world.owner(whose), reason="clock", body=body.canonical, body_hash=body.digest,
        received_at=timezone.now(),
    )  # fmt: skip


MAKE = {
    "visit": lambda w, whose: factories.VisitFactory(customer=w.row("customer", whose), staff=w.owner(whose)),
    "held": _held,
}
ROWS = {
    "visits": by("visit"),
    "visits:timeline": by("household"),
    "visits:held-aside": by("held"),
    "visit-detail": by("visit"),
}
