"""Passwords: one's own, and the one-time ones that others hand out."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.services import record
from gridbank.turns import locked
from people.actions import Action
from people.models import User
from people.services.tokens import tokens_end

ONE_TIME_FOR = timedelta(hours=72)
# Nothing that is mistaken when read out.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_FIELDS = ("password", "must_change_password", "one_time_until", "password_changed_at")


@transaction.atomic
def password_change(*, actor: User, password: str) -> User:
    """Set one's own password, already validated by the form. Every other session and token of his ends with it."""
    user = locked(User.objects.all()).get(pk=actor.pk)
    user.set_password(password)
    user.must_change_password = False
    user.one_time_until = None
    user.password_changed_at = timezone.now()
    user.save(update_fields=PASSWORD_FIELDS)
    changes = {"tokens_revoked": tokens_end(user)}
    record(actor=actor, action=Action.USER_PASSWORD_CHANGED, subject=user, changes=changes)
    return user


def give_one_time(user: User) -> str:
    """Set a password that is shown once and must be changed, and return it; the caller saves."""
    groups = ("".join(secrets.choice(_READABLE) for _letter in range(4)) for _group in range(4))
    password = "-".join(groups)
    user.set_password(password)
    user.must_change_password = True
    user.one_time_until = timezone.now() + ONE_TIME_FOR
    user.password_changed_at = timezone.now()
    return password
