"""Signing in and out leaves audit rows, whichever door was used."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from audit.services import record
from people.actions import Action
from people.models import User, canonical_username


@receiver(user_logged_in)
def signed_in(sender: type[User], user: User, **_: Any) -> None:  # noqa: ARG001  the signal's shape
    """Record who came in."""
    record(actor=user, action=Action.SESSION_STARTED, subject=user)


@receiver(user_logged_out)
def signed_out(sender: type[User], user: User | None, **_: Any) -> None:  # noqa: ARG001
    """Record who left, or was signed out for being away too long."""
    if user is not None and user.is_authenticated:
        record(actor=user, action=Action.SESSION_ENDED, subject=user)


@receiver(user_login_failed)
def turned_away(
    sender: str,  # noqa: ARG001
    credentials: dict[str, Any],
    request: HttpRequest | None = None,
    **_: Any,
) -> None:
    """Record a failed attempt at a known account; an unknown name may be a password typed too early."""
    name = canonical_username(str(credentials.get("username") or ""))
    account = User.objects.filter(username=name).first()
    locked = bool(getattr(request, "axes_locked_out", False))
    record(
        actor=None,
        action=Action.SESSION_REFUSED,
        subject=account,
        changes={"account": name if account else "unknown", "locked": locked},
    )
