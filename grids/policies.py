"""Who decides on a change before today: whoever may sign, and never who asked for it; and who founds a bank."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from gridbank.errors import NotAllowed
from grids.authority import Act, founds, may
from grids.enums import Signing
from grids.models import Assignment, Backdating, Handover, HandoverPart
from people.models import User
from people.persons import is_same


def may_found(actor: User) -> bool:
    """Whether the person may found a bank: of head office, and never yet in a part anywhere."""
    return actor.is_active and founds(actor) and not Assignment.everywhere().filter(user=actor).exists()


def why_not_second(actor: User, asked: Backdating) -> str:
    """Return why who asked for a change can't decide on it; empty for anybody else. Two accounts of one are one."""
    if not is_same(asked.asked_by, actor):
        return ""
    return _("Who asked for it can't decide: a second person of head office must.")


def can_decide(actor: User, asked: Backdating) -> bool:
    """Whether the person may say yes or no to it now."""
    is_open = asked.decided_at is None and not why_not_second(actor, asked)
    return is_open and may(actor, Act.BACKDATING_SIGN, asked.grid)


def supervises(actor: User, handover: Handover, parts: Iterable[HandoverPart]) -> bool:
    """Whether the person decides who is responsible for all that is handed over, and neither gives nor takes."""
    found = list(parts)
    sides = [handover.giver, *(part.receiver for part in found)]
    grids = [grid for part in found for grid in (part.grid, part.to_grid) if grid is not None]
    is_third = not any(is_same(actor, one) for one in sides)
    return is_third and all(may(actor, Act.GRID_ASSIGN, grid) for grid in grids)


def keeps(actor: User, parts: Iterable[HandoverPart]) -> bool:
    """Whether the person may undo it: whoever decides who is responsible for all of it."""
    grids = [grid for part in parts for grid in (part.grid, part.to_grid) if grid is not None]
    return all(may(actor, Act.GRID_ASSIGN, grid) for grid in grids)


def require_keeps(actor: User, parts: Iterable[HandoverPart]) -> None:
    """Let only those go on who may undo it. Raises PermissionDenied."""
    if not keeps(actor, parts):
        raise NotAllowed(_("Whoever decides who is responsible there may undo it."))


def takes_part(actor: User, handover: Handover, parts: Iterable[HandoverPart]) -> bool:
    """Whether the person gives, takes or decides: whoever may write down a joint visit."""
    found = list(parts)
    sides = {handover.giver_id, *(part.receiver_id for part in found)}
    return actor.pk in sides or keeps(actor, found)


def is_signed(handover: Handover, parts: Iterable[HandoverPart], signed: Collection[tuple[str, int]]) -> bool:
    """Whether the names are there, as (as what, who): the giver, each who takes, and a third as supervisor."""
    sides = {handover.giver_id, *(takers := {part.receiver_id for part in parts})}
    wanted = {(Signing.GIVER.value, handover.giver_id), *((Signing.RECEIVER.value, pk) for pk in takers)}
    third = any(part == Signing.SUPERVISOR and pk not in sides for part, pk in signed)
    return bool(takers) and third and wanted <= set(signed)


def signs_himself(giver: User) -> bool:
    """Whether nobody else may sign for a giver: he can still open the act. Otherwise he has left."""
    return giver.is_active and giver.is_business
