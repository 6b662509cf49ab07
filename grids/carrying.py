"""What people carry today, as every menu in which somebody is chosen for a grid says it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids import measures
from grids.enums import Part, Tier
from grids.models import Assignment, Grid, banks_of
from grids.selectors import grid_search, of_banks
from people.models import User


@dataclass(frozen=True)
class Carried:
    """Somebody who may be chosen: what he leads today, and whether he works in the branch in question.

    `homes` are the households of his grids; None where the reader doesn't see all of them.
    """

    user: User
    leads: int
    homes: int | None
    is_near: bool

    @property
    def told(self) -> str:
        """Name him with what he carries."""
        load = ngettext("%(n)s grid", "%(n)s grids", self.leads) % {"n": self.leads}
        if self.homes is not None:
            homes = ngettext("%(n)s household", "%(n)s households", self.homes) % {"n": self.homes}
            load = _("leads %(grids)s, %(homes)s") % {"grids": load, "homes": homes}
        else:
            load = _("leads %(grids)s") % {"grids": load}
        return " · ".join([self.user.name, self.user.staff_no, str(self.user.get_role_display()), load])


def carried(*, actor: User, users: QuerySet[User], near: Grid | None) -> list[Carried]:
    """Return people with what they carry today: those of a grid's branch first, and among them who leads least."""
    rows = Assignment.on(timezone.localdate()).filter(of_banks(banks_of(actor))).order_by()
    branch = near if near is None or near.parent is None or near.tier != Tier.MANAGER else near.parent
    led: dict[int, list[int]] = defaultdict(list)
    here: set[int] = set()
    for user_id, part, grid_id, path in rows.values_list("user_id", "part", "grid_id", "grid__path"):
        if part == Part.LEAD:
            led[user_id].append(grid_id)
        if branch is not None and path.startswith(branch.path):
            here.add(user_id)
    paths = dict(grid_search(actor=actor).order_by().values_list("pk", "path"))
    sizes = measures.sizes(actor=actor, paths=paths)

    def one(user: User) -> Carried:
        grids = led.get(user.pk, [])
        seen = all(grid in paths for grid in grids)
        homes = sum(int(sizes.get(grid) or 0) for grid in grids) if seen else None
        return Carried(user, len(grids), homes, user.pk in here)

    found = [one(user) for user in users]
    return sorted(found, key=lambda each: (not each.is_near, each.leads, each.user.name, each.user.staff_no))
