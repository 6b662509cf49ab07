"""The row that a page is about, read as the person who asks, and the way back to it."""

from django.http import HttpResponse
from django.shortcuts import redirect

from customers import selectors
from customers.models import Customer, Household
from gridbank.scoping import visible_or_404
from people.access import StaffRequest


def household_of(request: StaffRequest, pk: int) -> Household:
    """Read a household as the person who asks. Raises OutOfSight."""
    return visible_or_404(selectors.household_list(actor=request.user).select_related("area"), pk=pk)


def customer_of(request: StaffRequest, pk: int) -> Customer:
    """Read a person as the person who asks. Raises OutOfSight."""
    return visible_or_404(selectors.customer_list(actor=request.user), pk=pk)


def back_to(household: Household, anchor: str = "") -> HttpResponse:
    """Go back to a household's page after something was done."""
    return redirect(household.get_absolute_url() + (f"#{anchor}" if anchor else ""))
