"""Tokens for the API."""

from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.numbers import refuse_numbers
from gridbank.turns import locked
from people import selectors
from people.actions import Action
from people.enums import TokenPower
from people.models import ApiToken, User
from people.tokens import new_token, token_digest

TOKEN_DAYS = 90
TOKENS_EACH = 10
NOTED_EVERY = timedelta(minutes=1)


class NewToken(NamedTuple):
    """A token's row and the secret that is shown once."""

    token: ApiToken
    secret: str


@transaction.atomic
def token_create(*, actor: User, name: str, days: int, power: str = TokenPower.ALL) -> NewToken:
    """Make oneself a token for the API; its secret is shown once. It opens what one may, or a part of it."""
    if not actor.is_business:
        raise PermissionDenied
    if not 1 <= days <= TOKEN_DAYS:
        raise Refused(_("A token lives for 1 to %(days)s days.") % {"days": TOKEN_DAYS}, field="days")
    refuse_numbers("name", name)
    user = locked(User.objects.all()).get(pk=actor.pk)
    if selectors.live_token_list(user=user).count() >= TOKENS_EACH:
        raise Refused(_("%(most)s tokens are enough. Revoke one first.") % {"most": TOKENS_EACH})
    secret = new_token()
    expires_at = timezone.now() + timedelta(days=days)
    token = ApiToken.objects.create(
        user=user, name=name, digest=token_digest(secret), expires_at=expires_at, power=TokenPower(power)
    )
    changes = {"name": name, "days": days, "power": token.power}
    record(actor=actor, action=Action.TOKEN_CREATED, subject=token, changes=changes)
    return NewToken(token, secret)


def token_used(*, token: ApiToken, address: str | None) -> None:
    """Note when and from where a token opened the API, within a minute once; what it read stands in the read log."""
    now = timezone.now()
    if token.last_used_at and now - token.last_used_at < NOTED_EVERY and token.last_used_from == address:
        return
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=now, last_used_from=address)


def tokens_end(user: User) -> int:
    """End every live token of somebody whom the caller holds, and return how many; the caller's row tells of it."""
    return selectors.live_token_list(user=user).update(revoked_at=timezone.now())


@transaction.atomic
def token_revoke(*, actor: User, token: ApiToken) -> ApiToken:
    """End a token: one's own, or anybody's for the system administrator."""
    token = locked(selectors.token_list(actor=actor)).get(pk=token.pk)
    if token.revoked_at is not None:
        raise Refused(_("The token is revoked already."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(actor=actor, action=Action.TOKEN_REVOKED, subject=token, changes={"name": token.name})
    return token
