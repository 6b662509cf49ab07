"""What of this room is taken back by the button in the message that told of it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.messages import WARNING
from django.utils.translation import gettext as _

from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from grids import handed, selectors, services
from grids.models import Assignment, Backdating, HandoverSignature
from people import undoing
from people.access import StaffRequest
from people.models import User

PARTS, OPENED, RENAMED = "grids.parts", "grids.opened", "grids.renamed"
OWED, NOT_OWED, ASKED = "grids.owed", "grids.notowed", "grids.asked"


def parts_told(given: Iterable[Assignment], ended: Iterable[Assignment]) -> tuple[list[int], list[Any]]:
    """Return what the button keeps: who was given a part, and whose ended for it, as his days stood before."""
    before = [(one.pk, one.valid_to.isoformat() if one.valid_to else None) for one in ended]
    return [one.pk for one in given], before


def _parts(actor: User, told: Sequence[Any]) -> str:
    given, ended = told
    rows = {
        row.pk: row
        for row in selectors.assignment_list(actor=actor).filter(pk__in=[*given, *(pk for pk, _day in ended)])
    }
    if not {*given, *(pk for pk, _day in ended)} <= set(rows):
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    services.assignments_take_back(
        actor=actor,
        given=[rows[pk] for pk in given],
        ended=[(rows[pk], date.fromisoformat(day) if day else None) for pk, day in ended],
    )
    return _("Undone: who is responsible is as it was before.")


def _opened(actor: User, told: Sequence[Any]) -> str:
    found = visible_or_404(handed.handover_list(actor=actor), pk=told[0])
    if HandoverSignature.objects.visible_to(actor).filter(handover=found).exists():
        raise Refused(_("Somebody has signed it already. Undo it on its page."))
    services.handover_undo(actor=actor, handover=found)
    return _("The handover is undone: everything stays as it was.")


def _renamed(actor: User, told: Sequence[Any]) -> str:
    grid = visible_or_404(selectors.grid_list(actor=actor), pk=told[0])
    if grid.name != told[2]:
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    services.grid_rename(actor=actor, grid=grid, name=told[1])
    return _("Undone: the grid is called %(name)s again.") % {"name": told[1]}


def _owed(actor: User, told: Sequence[Any]) -> str:
    services.duty_take_back(actor=actor, duty=visible_or_404(selectors.duty_list(actor=actor), pk=told[0]))
    return _("Undone: the duty is not written down.")


def _not_owed(actor: User, told: Sequence[Any]) -> str:
    pk, ended, before = told
    duty = visible_or_404(selectors.duty_list(actor=actor), pk=pk)
    if duty.valid_to is None or duty.valid_to.isoformat() != ended:
        raise Refused(_("It was changed meanwhile. Nothing was undone."))
    services.duty_resume(actor=actor, duty=duty, until=date.fromisoformat(before) if before else None)
    return _("Undone: the duty goes on.")


def _asked(actor: User, told: Sequence[Any]) -> str:
    row = visible_or_404(selectors.backdating_list(actor=actor), pk=told[0])
    services.backdating_take_back(actor=actor, backdating=row)
    return _("Undone: it is no longer asked for.")


def offer_asked(request: StaffRequest, row: Backdating) -> None:
    """Say that it waits for a second person, with the button that asks for it no longer."""
    said = _("Asked: it holds once a second person, of head office, has signed it.")
    undoing.offer(request, said, ASKED, row.pk, level=WARNING)


def register_undoing() -> None:
    """Let the buttons of this room work."""
    undoing.register(OWED, _owed)
    undoing.register(NOT_OWED, _not_owed)
    undoing.register(ASKED, _asked)
    undoing.register(PARTS, _parts)
    undoing.register(OPENED, _opened)
    undoing.register(RENAMED, _renamed)
