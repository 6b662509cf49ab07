"""The list of open needs, as it can be asked for."""

from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from exchange.outlets import Opened, Outlet, register_outlet
from grids.authority import Act, may
from needs import presenting
from needs.forms import NeedFilterForm
from people.models import User


def _opened(actor: User, query: QueryDict) -> Opened | None:
    form = NeedFilterForm(query, actor=actor)
    if not form.is_valid():
        return None
    return Opened(presenting.NEEDS, form, presenting.source(actor=actor, **form.cleaned_data))


def register_outlets() -> None:
    """Declare the list. Called once, when the app is ready."""
    register_outlet(
        Outlet(
            name=presenting.NEEDS.name,
            label=pgettext_lazy("menu", "Needs"),
            page="needs:list",
            may=lambda actor: may(actor, Act.NEED_RAISE),
            opened=_opened,
        )
    )
