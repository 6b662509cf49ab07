"""What the official register counts, written down by grid."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, visible_or_404
from grids.authority import Act
from grids.enums import GridNature, Tier
from grids.models import Grid
from grids.selectors import grid_list
from grids.services.access import grids_locked
from ground.actions import Action
from ground.models import OfficialCount
from ground.selectors import official_counts_on
from people.models import User

# a village grid of more households than that is a slip of the finger
MOST_HOUSEHOLDS = 100_000


@transaction.atomic
def official_counts_set(*, actor: User, grid: Grid, rows: Mapping[int, int], as_of: date, source: str) -> int:
    """Write down how many households the register counts in grids of a branch, as of a day; return how many changed.

    A figure of the same day is replaced, an earlier one stays for the days before. Raises Refused, naming the grid.
    """
    if as_of > timezone.localdate():
        raise Refused(_("The day of the register lies ahead."), field="as_of")
    grid = visible_or_404(grid_list(actor=actor), pk=grid.pk)
    seen = {one.pk: one for one in grid_list(actor=actor).filter(pk__in=rows)}
    if set(rows) - set(seen):
        raise OutOfSight
    found = grids_locked(actor, seen.values(), Act.REGISTER_KEEP)
    for one in found.values():
        village = one.tier == Tier.MANAGER and one.nature == GridNature.BASE
        if not (village and one.path.startswith(grid.path)):
            raise Refused(_("%(grid)s is no base grid below it.") % {"grid": one.name})
    before = official_counts_on(actor=actor, day=as_of)
    changed = {pk: count for pk, count in rows.items() if before.get(pk) != count}
    for pk, count in sorted(changed.items()):
        if not 0 <= count <= MOST_HOUSEHOLDS:
            told = {"grid": found[pk].name, "most": MOST_HOUSEHOLDS}
            raise Refused(_("%(grid)s: give a number from 0 to %(most)s.") % told, field=f"grid_{pk}")
        OfficialCount.objects.visible_to(actor).update_or_create(
            grid=found[pk], as_of=as_of,
            defaults={"households": count, "source": source, "recorded_by": actor, "recorded_at": timezone.now()},
        )  # fmt: skip
    told_all = {found[pk].code: [before.get(pk), count] for pk, count in sorted(changed.items())}
    record(
        actor=actor, action=Action.OFFICIAL_COUNTS_SET, subject=grid,
        changes={"as_of": as_of.isoformat(), "source": source, "households": told_all},
    )  # fmt: skip
    return len(changed)
