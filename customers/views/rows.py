"""The row that a page is about, read as the person who asks, and the way back to it."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from customers import selectors, services
from customers.models import Customer, Household
from gridbank.scoping import OutOfSight, visible_or_404
from people.access import StaffRequest


def household_of(request: StaffRequest, pk: int) -> Household:
    """Read a household as the person who asks. Raises OutOfSight."""
    return visible_or_404(selectors.household_list(actor=request.user).select_related("area"), pk=pk)


def customer_of(request: StaffRequest, pk: int) -> Customer:
    """Read a person as the person who asks; by the number of an archive that went into his, too. Raises OutOfSight."""
    rows = selectors.customer_list(actor=request.user)
    try:
        return visible_or_404(rows, pk=pk)
    except OutOfSight:
        into = selectors.survivors([pk]).get(pk)
        if into is None:
            raise
        return visible_or_404(rows, pk=into)


def recognised(request: StaffRequest, keys: Iterable[int]) -> list[Customer]:
    """Keep of each of these people that he was to be written down and is here already, and say so."""
    people = [services.twin_recognised(actor=request.user, customer=customer_of(request, pk)) for pk in keys]
    for person in people:
        told = {"name": person.name, "household": person.household}
        said = _("%(name)s has an archive already (%(household)s) and was not entered again.") % told
        messages.info(request, said)
    return people


def back_to(household: Household, anchor: str = "") -> HttpResponse:
    """Go back to a household's page after something was done."""
    return redirect(household.get_absolute_url() + (f"#{anchor}" if anchor else ""))
