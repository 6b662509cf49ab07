"""What of this room is taken back by the button in the message that told of it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from ground import services
from ground.drafts import layout_list
from people import undoing
from people.models import User

OPENED, CHANGED = "ground.opened", "ground.changed"


def _opened(actor: User, told: Sequence[Any]) -> str:
    found = visible_or_404(layout_list(actor=actor), pk=told[0])
    if found.version > 1:
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    services.layout_undo(actor=actor, layout=found)
    return _("The draft is undone: everything stays as it was.")


def _changed(actor: User, told: Sequence[Any]) -> str:
    found = visible_or_404(layout_list(actor=actor), pk=told[0])
    made = services.layout_step_back(actor=actor, layout=found, version=told[1])
    return _("The last change is undone: draft %(number)s.") % {"number": made.version}


def register_undoing() -> None:
    """Let the buttons of this room work."""
    undoing.register(OPENED, _opened)
    undoing.register(CHANGED, _changed)
