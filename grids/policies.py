"""Who may change what in the grid. Buttons and services ask the same functions."""

from datetime import date

from django.utils import timezone

from gridbank.context import memo
from grids.enums import Part, Tier
from grids.models import Assignment, Grid
from people.enums import Role
from people.models import User

LEADERS: dict[str, frozenset[str]] = {
    Tier.HEAD_OFFICE: frozenset({Role.HEAD_OFFICE}),
    Tier.BRANCH: frozenset({Role.BRANCH_MANAGER, Role.HEAD_OFFICE}),
    Tier.MANAGER: frozenset({Role.ACCOUNT_MANAGER, Role.BRANCH_MANAGER}),
}
HELPERS: dict[str, frozenset[str]] = {
    **LEADERS,
    Tier.MANAGER: frozenset({Role.ACCOUNT_MANAGER, Role.BRANCH_MANAGER, Role.HEAD_OFFICE}),
}


def roles_for(tier: str, part: str) -> frozenset[str]:
    """Return the roles that may take a part in a grid of a tier: responsibility opens the grid's archives."""
    return (LEADERS if part == Part.LEAD else HELPERS)[tier]


def _led_paths(actor: User, day: date) -> list[str]:
    """Return the paths of the grids that the person is assigned to, helpers left out."""
    kept, key = memo(), ("led_paths", actor.pk, day)
    if key not in kept:
        rows = Assignment.on(day).filter(user=actor).exclude(part=Part.HELPER)
        kept[key] = list(rows.values_list("grid__path", flat=True))
    found: list[str] = kept[key]
    return found


def can_assign(actor: User, grid: Grid) -> bool:
    """Whether the person may say who is responsible for a grid, and what is owed in it.

    Head office may in all it is assigned to; a branch manager in his branch's grids, not in the branch itself.
    """
    if not actor.is_active or actor.role not in (Role.HEAD_OFFICE, Role.BRANCH_MANAGER):
        return False
    if actor.role == Role.BRANCH_MANAGER and grid.tier != Tier.MANAGER:
        return False
    return any(grid.path.startswith(path) for path in _led_paths(actor, timezone.localdate()))


def can_found(actor: User, parent: Grid | None) -> bool:
    """Whether the person may add a grid below another; the root is founded by the installation itself."""
    if parent is None:
        return False
    if actor.role == Role.BRANCH_MANAGER:
        paths = _led_paths(actor, timezone.localdate())
        return parent.tier == Tier.BRANCH and any(parent.path.startswith(path) for path in paths)
    return can_assign(actor, parent)
