"""What of this room is taken back by the button in the message that told of it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from people import selectors, services, undoing
from people.models import User

VIEW, ENABLED, ROLE = "people.view", "people.enabled", "people.role"


def _view(actor: User, told: Sequence[Any]) -> str:
    of, name, query = told
    if selectors.view_list(actor=actor).filter(list=of, name=name).exists():
        raise Refused(_("There is a view of this name again. Nothing was undone."))
    services.view_save(actor=actor, name=name, of=of, query=query)
    return _("The view stands among the tabs now.")


def _account(actor: User, pk: int) -> User:
    return visible_or_404(selectors.account_list(actor=actor), pk=pk)


def _enabled(actor: User, told: Sequence[Any]) -> str:
    services.account_disable(actor=actor, user=_account(actor, told[0]))
    return _("The account is disabled.")


def _role(actor: User, told: Sequence[Any]) -> str:
    pk, after, before = told
    user = _account(actor, pk)
    if user.role != after:
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    user = services.role_change(actor=actor, user=user, role=before)
    return _("Undone: the role is %(role)s again.") % {"role": user.get_role_display()}


def register_undoing() -> None:
    """Let the buttons of this room work."""
    undoing.register(VIEW, _view)
    undoing.register(ENABLED, _enabled)
    undoing.register(ROLE, _role)
