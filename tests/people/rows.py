"""Rows of the people app for the nets, and which of its routes wants which."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from people.models import ApiToken, SavedView
from tests.nets.making import ABSENT, Kwargs, by


def _token(world: Any, whose: str) -> ApiToken:
    until = timezone.now() + timedelta(days=1)
    return ApiToken.objects.create(user=world.owner(whose), name=whose, digest=uuid4().hex, expires_at=until)


def _account(world: Any, whose: str) -> Kwargs | None:
    """Accounts: the two officers who keep them see them all, others are out by role. Who leads nothing can be closed."""
    return {"mine": {"pk": world.cast.sun.pk}, "absent": {"pk": ABSENT}}.get(whose)


def _view(world: Any, whose: str) -> SavedView:
    """One that its owner's count leaves out: what a list costs is agreed of whoever keeps no view."""
    name = f"{whose} {uuid4().hex[:6]}"
    return SavedView.objects.create(owner=world.owner(whose), list="visits", name=name, query="met=no")


MAKE = {"token": _token, "view": _view}
ROWS = {"people": _account, "people:token-revoke": by("token"), "people:view-delete": by("view")}
