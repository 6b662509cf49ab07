"""Who may do what in the archive: asked by pages, services and the rooms above."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from customers.models import Household
from gridbank.days import in_force
from grids.enums import GridNature
from grids.models import Grid
from grids.selectors import grid_list
from people.models import User


def grids_to_write(*, actor: User) -> QuerySet[Grid]:
    """Return the grids in which the person may open and change archives: his base grids in force today."""
    return grid_list(actor=actor).filter(in_force(timezone.localdate()), nature=GridNature.BASE)


def may_write(*, actor: User, household: Household) -> bool:
    """Say whether the person may change this household's archive: it lies in one of his base grids."""
    return grids_to_write(actor=actor).filter(pk=household.grid_id).exists()


def own_ground(actor: User, household: Household) -> None:
    """Let a special grid's manager read a member's household but not write to it. Raises PermissionDenied."""
    if not may_write(actor=actor, household=household):
        raise PermissionDenied
