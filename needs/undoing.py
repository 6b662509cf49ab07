"""What of this room is taken back by the button in the message that told of it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from needs import selectors, services
from people import undoing
from people.models import User

CLOSED = "needs.closed"


def _closed(actor: User, told: Sequence[Any]) -> str:
    needs = list(selectors.need_list(actor=actor).filter(pk__in=told[0]))
    services.needs_reopen(actor=actor, needs=needs)
    return _("Undone: open again.")


def register_undoing() -> None:
    """Let the buttons of this room work."""
    undoing.register(CLOSED, _closed)
