"""What the archive's pages share."""

from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from customers import selectors
from customers.models import Customer, Household, Need
from customers.services.common import StaleEdit
from gridbank.errors import Refused
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


def add_refusal(form: forms.BaseForm, error: Refused) -> None:
    """Put a service's refusal beside the field it belongs to; after a stale edit the next save is a knowing one."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))
    if isinstance(error, StaleEdit):
        data = cast("QueryDict", form.data).copy()
        data[form.add_prefix("version")] = str(error.version)
        form.data = data
