"""What the archive's pages share."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from customers import selectors
from customers.models import Customer, Household, Need
from gridbank.scoping import visible_or_404
from people.access import StaffRequest

INVALID = 422
require_page = require_http_methods(["GET", "HEAD", "POST"])


def household_of(request: StaffRequest, pk: int) -> Household:
    """Read a household as the person who asks. Raises OutOfSight."""
    return visible_or_404(selectors.household_list(actor=request.user).select_related("area"), pk=pk)


def customer_of(request: StaffRequest, pk: int) -> Customer:
    """Read a person as the person who asks. Raises OutOfSight."""
    return visible_or_404(selectors.customer_list(actor=request.user), pk=pk)


def need_of(request: StaffRequest, pk: int) -> Need:
    """Read a need as the person who asks. Raises OutOfSight."""
    return visible_or_404(selectors.need_list(actor=request.user), pk=pk)


def back_to(household: Household, anchor: str = "") -> HttpResponse:
    """Go back to a household's page after something was done."""
    return redirect(household.get_absolute_url() + (f"#{anchor}" if anchor else ""))


def wants_part(request: HttpRequest) -> bool:
    """Say whether HTMX asks for a part of the page only."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted
