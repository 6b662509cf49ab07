"""A household's page, and opening and changing its archive."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from customers import policies, services
from customers.forms.actions import progress_forms
from customers.forms.archive import HeadForm, HouseholdForm
from customers.models import Household
from customers.presenting.household import household_context
from customers.views.rows import household_of
from gridbank.errors import Refused
from gridbank.pages import INVALID, add_refusal, require_page
from people.access import StaffRequest, business


@require_GET
@business
def household(request: StaffRequest, pk: int) -> HttpResponse:
    """Show everything about a household; that it was opened is recorded."""
    row = household_of(request, pk)
    context = household_context(actor=request.user, household=row)
    services.customer_opened(actor=request.user, household=row)
    return render(request, "customers/household.html", context | progress_forms())


def _made(request: StaffRequest, form: HouseholdForm, head: HeadForm) -> Household | None:
    try:
        with transaction.atomic():
            data = {**form.values(), "source": "visit"}
            return services.household_create(actor=request.user, data=data, head=head.values())
    except Refused as error:
        add_refusal(form if error.field in form.fields else head, error)
    return None


@require_page
@sensitive_post_parameters()
@business
def household_new(request: StaffRequest) -> HttpResponse:
    """Open a household's archive with its head."""
    form = HouseholdForm(request.POST or None, actor=request.user)
    head = HeadForm(request.POST or None, actor=request.user, prefix="head")
    if request.method == "POST" and form.is_valid() & head.is_valid():
        made = _made(request, form, head)
        if made is not None:
            messages.success(request, _("The archive is open."))
            return redirect(made)
    context = {"form": form, "head": head}
    return render(request, "customers/household_form.html", context, status=_status(form, head))


def _status(*forms: Any) -> int:
    return INVALID if any(form.is_bound and form.errors for form in forms) else 200


@require_page
@business
def household_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a household's archive."""
    row = household_of(request, pk)
    policies.own_ground(request.user, row)
    form = HouseholdForm(request.POST or None, instance=row, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            services.household_update(actor=request.user, household=row, version=version, data=form.values())
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(row)
    return render(
        request, "customers/household_form.html", {"form": form, "household": row}, status=_status(form)
    )
