"""What a grid's households are to whoever leads it: how many there are."""

from collections.abc import Collection

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from customers.selectors import household_list
from grids.loads import Chosen, Load
from people.models import User


def _households(actor: User, grids: Collection[int], chosen: Chosen) -> dict[int, int]:
    rows = (
        household_list(actor=actor).filter(grid_id__in=grids, ended_on=None).select_related(None).order_by()
    )
    if chosen is not None:
        rows = rows.filter(pk__in=chosen)
    return dict(rows.values_list("grid_id").annotate(n=Count("pk")))


HOUSEHOLDS = Load("households", _("Households"), _households)
