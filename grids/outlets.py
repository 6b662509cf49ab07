"""The list of grids, as it can be asked for."""

from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from exchange.outlets import Opened, Outlet, register_outlet
from grids import presenting
from grids.forms import TreeForm
from grids.models import assigned_paths
from people.models import User


def _opened(actor: User, query: QueryDict) -> Opened | None:
    form = TreeForm(query, actor=actor)
    if not form.is_valid():
        return None
    return Opened(presenting.GRIDS, form, presenting.source(actor=actor, criteria=form.criteria()))


def register_outlets() -> None:
    """Declare the list. Called once, when the app is ready."""
    register_outlet(
        Outlet(
            name=presenting.GRIDS.name,
            label=pgettext_lazy("menu", "Grids"),
            page="grids:list",
            may=lambda actor: bool(assigned_paths(actor)),
            opened=_opened,
        )
    )
