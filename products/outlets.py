"""The list of accounts, as it can be asked for where it is longer than goes out at once."""

from django import forms
from django.http import QueryDict

from exchange.lines import listing_of
from exchange.outlets import Opened, Outlet, register_outlet
from gridbank.listing import Source
from people.models import User
from products.selectors import accounts_told
from products.sheets import ACCOUNTS, holdings_lines

# of a balance the band is told, and of whose it is nothing
UNTOLD = {"id_number", "customer_no", "balance"}
HELD = listing_of(ACCOUNTS, without=UNTOLD)


def _opened(actor: User, query: QueryDict) -> Opened | None:
    # the whole of it: there is nothing to choose
    form = forms.Form(query)
    return Opened(HELD, form, Source(accounts_told(actor=actor), holdings_lines)) if form.is_valid() else None


def register_outlets() -> None:
    """Declare the list. Called once, when the app is ready."""
    register_outlet(
        Outlet(name=HELD.name, label=HELD.title, page="exchange:home", may=ACCOUNTS.may, opened=_opened)
    )
