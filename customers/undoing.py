"""What of this room is taken back by the button in the message that told of it."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from customers import selectors, services
from gridbank.scoping import visible_or_404
from grids.selectors import grid_list
from people import undoing
from people.models import User

MOVED = "customers.moved"
DENIED = "customers.denied"
MERGED = "customers.merged"


def _moved(actor: User, told: Sequence[Any]) -> str:
    """Let households go back to the one grid they came from."""
    keys, came_from, went_to = told
    grid = visible_or_404(grid_list(actor=actor), pk=came_from)
    homes = list(selectors.household_list(actor=actor).filter(pk__in=keys, grid=went_to))
    services.households_move(
        actor=actor, households=homes, grid=grid, since=timezone.localdate(), reason=_("The move is undone")
    )
    return _("Undone: they belong to %(grid)s again.") % {"grid": grid.name}


def _denied(actor: User, told: Sequence[Any]) -> str:
    """Let a pair be decided again."""
    pair = visible_or_404(selectors.likeness_list(actor=actor), pk=told[0])
    services.twins_reconsider(actor=actor, likeness=pair)
    return _("Undone: the pair is in the list again.")


def _merged(actor: User, told: Sequence[Any]) -> str:
    """Let two archives be two again."""
    merge = visible_or_404(selectors.merge_list(actor=actor), pk=told[0])
    services.persons_unmerge(actor=actor, merge=merge, reason=_("The merge is undone"))
    return _("Undone: they are two archives again.")


def register_undoing() -> None:
    """Let the buttons of this room work."""
    undoing.register(MOVED, _moved)
    undoing.register(DENIED, _denied)
    undoing.register(MERGED, _merged)
