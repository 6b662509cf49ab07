"""The households of ground that is cut anew: how many live in each village group, where, and their going together.

Without a reader the installation asks, on the day of a layout that two have signed: its service opens the door.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from customers import selectors
from customers.models import Household
from customers.services.attribution import households_move
from gridbank.lookups import portions
from gridbank.turns import locked
from ground.dwellers import Dwellers, Going, Group, Spot
from people.models import User

PLACE = ("grid_id", "area_id", "group_name")


def _rows(actor: User | None, path: str) -> QuerySet[Household]:
    rows = selectors.household_list(actor=actor) if actor is not None else Household.objects.all()
    return rows.filter(grid__path__startswith=path).select_related(None).order_by()


def _groups(actor: User | None, path: str) -> list[Group]:
    rows = _rows(actor, path).values_list(*PLACE).annotate(n=Count("pk", filter=Q(ended_on=None)))
    return [Group(*row) for row in rows]


def _spots(actor: User | None, path: str, most: int) -> list[Spot]:
    rows = _rows(actor, path).filter(ended_on=None, longitude__isnull=False, latitude__isnull=False)
    return [Spot(*row) for row in rows.values_list(*PLACE, "longitude", "latitude")[:most]]


def _move(actor: User, going: Collection[Going], first_day: date) -> list[int]:
    """Let them belong there from a day on, those that ended as well: nothing is left in a grid that is closed."""
    wanted: dict[int, Going] = {}
    for one in going:
        rows = Household.objects.filter(grid_id__in=list(one.left), group_name=one.group_name)
        rows = rows.filter(area=None) if one.area_id is None else rows.filter(area_id=one.area_id)
        wanted |= dict.fromkeys(rows.order_by().values_list("pk", flat=True), one)
    moved = []
    for some in portions(wanted):
        rows = Household.objects.filter(pk__in=some).select_related("grid").order_by("pk")
        for household in locked(rows):
            one, before = wanted[household.pk], household.grid
            # he who came meanwhile between reading and holding belongs to what was read then
            if before.pk not in one.left or before.pk == one.entered.pk:
                continue
            household.grid = one.entered
            moved.append((household, before))
    entered: dict[int, list[int]] = {}
    for household, _before in moved:
        entered.setdefault(household.grid_id, []).append(household.pk)
    for grid_id, keys in entered.items():
        values = {"grid": grid_id, "version": F("version") + 1, "updated_at": timezone.now()}
        for some in portions(keys):
            Household.objects.filter(pk__in=some).update(**values)
    households_move(actor=actor, moved=moved, first_day=first_day)
    return sorted(household.pk for household, _before in moved)


DWELLERS = Dwellers(_groups, _spots, _move)
