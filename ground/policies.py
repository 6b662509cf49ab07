"""Who publishes a layout: whoever may sign in that grid, and neither who began nor who submitted it."""

from django.utils.translation import gettext as _

from grids.authority import Act, may
from ground.enums import LayoutState
from ground.models import Layout
from people.models import User
from people.persons import is_same


def why_not_second(actor: User, layout: Layout) -> str:
    """Return why who made a draft can't sign it; empty for anybody else. One person with two accounts is one."""
    if not any(is_same(actor, maker) for maker in (layout.opened_by, layout.submitted_by)):
        return ""
    return _("Who began or submitted the draft can't sign it: a second person must.")


def can_sign(actor: User, layout: Layout) -> bool:
    """Whether the person may sign it now."""
    waits = layout.state == LayoutState.SUBMITTED and not why_not_second(actor, layout)
    return waits and may(actor, Act.LAYOUT_SIGN, layout.grid)


def can_change(actor: User, layout: Layout) -> bool:
    """Whether the person may change the draft now."""
    return layout.is_draft and may(actor, Act.LAYOUT_MAKE, layout.grid)


def can_undo(actor: User, layout: Layout) -> bool:
    """Whether the person may undo it now: before its day, or when it could not be put in force."""
    waits = layout.is_under_way and (not layout.is_come or bool(layout.trouble))
    return waits and may(actor, Act.LAYOUT_MAKE, layout.grid)
