"""The lists of the archive that can be asked for: households, claims, and people with their numbers where signed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from customers import sheets
from customers.forms.claims import ClaimFilterForm
from customers.forms.finding import ListForm
from customers.models import Customer
from customers.personal import names, revealable
from customers.presenting import claims, lists
from customers.rostered import rostered
from customers.selectors import customer_list
from exchange.lines import Line, listing_of
from exchange.outlets import Clear, Opened, Outlet, register_outlet
from gridbank.listing import Source
from grids.authority import Act, may
from people.models import User


def _opened(*, people: bool) -> Callable[[User, QueryDict], Opened | None]:
    def opened(actor: User, query: QueryDict) -> Opened | None:
        form = ListForm(query, actor=actor)
        if not form.is_valid():
            return None
        source = lists.source(actor=actor, wanted=form.wanted(), people=people)
        return Opened(lists.PEOPLE if people else lists.HOUSEHOLDS, form, source)

    return opened


def _claims_opened(actor: User, query: QueryDict) -> Opened | None:
    form = ClaimFilterForm(query)
    if not form.is_valid():
        return None
    return Opened(claims.CLAIMS, form, claims.source(actor=actor, **form.cleaned_data))


def _lines(people: QuerySet[Customer]) -> list[Line]:
    return [Line(person.pk, told) for person, told in sheets.roster_lines(people)]


UNTOLD = {*names(revealable(Customer)), "id_type", "birth_date", "township"}
ROSTER = listing_of(sheets.HOUSEHOLDS, without=UNTOLD)


def _roster_opened(actor: User, query: QueryDict) -> Opened | None:
    # the whole of it: there is nothing to choose
    form = forms.Form(query)
    return Opened(ROSTER, form, Source(rostered(actor=actor), _lines)) if form.is_valid() else None


def _in_clear(actor: User, keys: Collection[str], wanted: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return numbers of people; of whom processing is restricted, nobody gets them."""
    fields = [name for name in names(revealable(Customer)) if name in wanted]
    people = customer_list(actor=actor).filter(pk__in=keys, restricted_at=None)
    rows: Any = people.order_by().values_list("pk", *fields)
    return {str(key): [value or "" for value in values] for key, *values in rows}


def _keeps(actor: User) -> bool:
    return may(actor, Act.ARCHIVE_WRITE) or may(actor, Act.BANK_READ)


def register_outlets() -> None:
    """Declare the lists. Called once, when the app is ready."""
    register_outlet(
        Outlet(
            name=lists.HOUSEHOLDS.name,
            label=_("By household"),
            page="customers:list",
            may=_keeps,
            opened=_opened(people=False),
        )
    )
    register_outlet(
        Outlet(
            name=lists.PEOPLE.name,
            label=_("By person"),
            page="customers:list",
            may=_keeps,
            opened=_opened(people=True),
            clear=tuple(Clear(field.name, field.verbose_name) for field in revealable(Customer)),
            in_clear=_in_clear,
        )
    )
    register_outlet(
        Outlet(
            name=ROSTER.name,
            label=ROSTER.title,
            page="exchange:home",
            may=sheets.HOUSEHOLDS.may,
            opened=_roster_opened,
            clear=tuple(Clear(field.name, field.verbose_name) for field in revealable(Customer)),
            in_clear=_in_clear,
        )
    )
    register_outlet(
        Outlet(
            name=claims.CLAIMS.name,
            label=_("Claims"),
            page="customers:claims",
            may=_keeps,
            opened=_claims_opened,
        )
    )
