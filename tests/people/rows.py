"""Rows of the people app for the nets, and which of its routes wants which."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from people.models import ApiToken
from tests.nets.making import ABSENT, Kwargs, by


def _token(world: Any, whose: str) -> ApiToken:
    until = timezone.now() + timedelta(days=1)
    return ApiToken.objects.create(user=world.owner(whose), name=whose, digest=uuid4().hex, expires_at=until)


def _account(world: Any, whose: str) -> Kwargs | None:
    """Accounts: the two officers who keep them see them all, others are out by role. Who leads nothing can be closed."""
    return {"mine": {"pk": world.cast.sun.pk}, "absent": {"pk": ABSENT}}.get(whose)


MAKE = {"token": _token}
ROWS = {"people": _account, "people:token-revoke": by("token")}
