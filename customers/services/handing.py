"""Chosen households that go to another grid by a handover, which three people signed."""

from collections.abc import Collection
from datetime import date

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from customers import selectors
from customers.models import Household
from customers.services.attribution import households_move
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids.models import Grid
from grids.wards import Wards
from people.models import User

# a grid that has more is divided before it is handed over by households
MOST_LISTED = 1000


def _find(actor: User, grid: Grid, numbers: Collection[str]) -> dict[str, int]:
    rows = selectors.household_list(actor=actor).filter(grid=grid, code__in=list(numbers), ended_on=None)
    return dict(rows.order_by("pk").values_list("code", "pk"))


def _hand(actor: User, ids: Collection[int], left: Grid, entered: Grid, first_day: date) -> list[int]:
    """Move them in the transaction of the handover, in its signer's name; return the keys of those that moved.

    A household that ended meanwhile stays where it ended. Raises Refused when one is elsewhere by now.
    """
    with waive_scope("three people signed for these households"):
        rows = Household.objects.filter(pk__in=ids, ended_on=None).select_related("grid").order_by("pk")
        moved = [(household, household.grid) for household in locked(rows)]
        gone = [household.code for household, before in moved if before.pk != left.pk]
        if gone:
            message = _("Moved meanwhile: %(numbers)s.")
            raise Refused(message % {"numbers": _(", ").join(gone[:5])})
        values = {"grid": entered, "version": F("version") + 1, "updated_at": timezone.now()}
        kept = [household.pk for household, _before in moved]
        Household.objects.filter(pk__in=kept).update(**values)
        for household, _before in moved:
            household.grid = entered
        households_move(actor=actor, moved=moved, first_day=first_day)
    return kept


def _listed(actor: User, grid: Grid) -> list[tuple[str, str]]:
    rows = selectors.household_list(actor=actor).filter(grid=grid, ended_on=None)
    found = rows.order_by("group_name", "code")[:MOST_LISTED]
    return [(one.code, " · ".join(filter(None, [str(one), one.group_name, one.code]))) for one in found]


WARDS = Wards(_find, _hand, _listed)
