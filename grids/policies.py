"""Who decides on a change before today: whoever may sign, and never who asked for it."""

from django.utils.translation import gettext as _

from grids.authority import Act, may
from grids.models import Backdating
from people.models import User


def why_not_second(actor: User, asked: Backdating) -> str:
    """Return why who asked for a change can't decide on it; empty for anybody else."""
    if asked.asked_by_id != actor.pk:
        return ""
    return _("Who asked for it can't decide: a second person of head office must.")


def can_decide(actor: User, asked: Backdating) -> bool:
    """Whether the person may say yes or no to it now."""
    is_open = asked.decided_at is None and not why_not_second(actor, asked)
    return is_open and may(actor, Act.BACKDATING_SIGN, asked.grid)
