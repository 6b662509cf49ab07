"""The list of visits, as it can be asked for."""

from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from exchange.outlets import Opened, Outlet, register_outlet
from grids.authority import Act, may
from people.models import User
from visits.forms.finding import ListForm
from visits.presenting import lists


def _opened(actor: User, query: QueryDict) -> Opened | None:
    form = ListForm(query, actor=actor)
    if not form.is_valid():
        return None
    return Opened(lists.VISITS, form, lists.source(actor=actor, wanted=form.wanted()))


def register_outlets() -> None:
    """Declare the list. Called once, when the app is ready."""
    register_outlet(
        Outlet(
            name=lists.VISITS.name,
            label=pgettext_lazy("menu", "Visits"),
            page="visits:list",
            may=lambda actor: may(actor, Act.VISIT_LOG),
            opened=_opened,
        )
    )
