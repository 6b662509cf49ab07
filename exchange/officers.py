"""The officers' lists as they can be asked for: their rooms lie below this one and know nothing of files.

They are no bank's: another officer signs them. The administrators sign each other's lists of accounts; what the auditor
takes of the trail is signed by the security administrator, who reads none of it.
"""

from django.http import QueryDict

from audit import presenting as trail
from audit import selectors as trail_selectors
from audit.forms import AuditFilterForm, ReadingFilterForm
from exchange.outlets import Opened, Outlet, register_outlet
from gridbank.listing import Source
from people import presenting, selectors
from people.forms import AccountFilterForm
from people.models import User
from people.policies import gives_roles, keeps_accounts, reads_trail


def _accounts(actor: User, query: QueryDict) -> Opened | None:
    form = AccountFilterForm(query)
    if not form.is_valid():
        return None
    chosen = form.cleaned_data
    rows = selectors.account_list(actor=actor, search=chosen["q"], role=chosen["role"], state=chosen["state"])
    return Opened(presenting.ACCOUNTS, form, Source(rows, list, selectors.account_list(actor=actor)))


def _events(actor: User, query: QueryDict) -> Opened | None:
    form = AuditFilterForm(query)
    if not form.is_valid():
        return None
    rows = trail_selectors.event_list(actor=actor, **form.cleaned_data)
    among = trail_selectors.event_list(actor=actor)
    return Opened(trail.EVENTS, form, Source(rows, trail.events, among, sortable=False))


def _readings(actor: User, query: QueryDict) -> Opened | None:
    form = ReadingFilterForm(query)
    if not form.is_valid():
        return None
    rows = trail_selectors.reading_list(actor=actor, **form.cleaned_data)
    among = trail_selectors.reading_list(actor=actor)
    return Opened(trail.READINGS, form, Source(rows, list, among, sortable=False))


def register_officers() -> None:
    """Declare the lists. Called once, when the app is ready."""
    register_outlet(
        Outlet(
            name=presenting.ACCOUNTS.name,
            label=presenting.ACCOUNTS.title,
            page="people:list",
            may=keeps_accounts,
            opened=_accounts,
            signs=keeps_accounts,
        )
    )
    for listing, page, opened in (
        (trail.EVENTS, "audit:list", _events),
        (trail.READINGS, "audit:readings", _readings),
    ):
        register_outlet(
            Outlet(
                name=listing.name,
                label=listing.title,
                page=page,
                may=reads_trail,
                opened=opened,
                signs=gives_roles,
            )
        )
