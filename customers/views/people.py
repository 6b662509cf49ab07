"""A person's forms: added, changed, revealed, and what he reached."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from customers import policies, selectors, services
from customers.forms.actions import AccountForm, ConsentForm, MilestoneForm, RevealForm
from customers.forms.archive import PersonForm
from customers.models import Household
from customers.views.rows import back_to, customer_of, household_of
from gridbank.errors import Refused
from gridbank.pages import INVALID, add_refusal, require_page, wants_part
from gridbank.scoping import visible_or_404
from people.access import StaffRequest, business

FORM = "customers/person_form.html"


def _page(
    request: StaffRequest, form: PersonForm, household: Household, error: Refused | None
) -> HttpResponse:
    context = {"form": form, "household": household, "person": form.instance, "there": None}
    if isinstance(error, services.AlreadyThere):
        context["there"] = error.customer
    return render(request, FORM, context, status=INVALID if form.is_bound and form.errors else 200)


@require_page
@sensitive_post_parameters()
@business
def customer_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Add a person to a household."""
    household, refused = household_of(request, pk), None
    policies.own_ground(request.user, household)
    form = PersonForm(request.POST or None, actor=request.user, household=household)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = services.customer_create(actor=request.user, household=household, data=form.values())
            return back_to(household, f"customer-{made.pk}")
        except Refused as error:
            add_refusal(form, error)
            refused = error
    return _page(request, form, household, refused)


@require_page
@sensitive_post_parameters()
@business
def customer_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a person."""
    person, refused = customer_of(request, pk), None
    household = person.household
    policies.own_ground(request.user, household)
    form = PersonForm(request.POST or None, instance=person, actor=request.user, household=household)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            services.customer_update(actor=request.user, customer=person, version=version, data=form.values())
            messages.success(request, _("Saved."))
            return back_to(household, f"customer-{pk}")
        except Refused as error:
            add_refusal(form, error)
            refused = error
    return _page(request, form, household, refused)


@require_POST
@business
def customer_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a number once, for a reason that is recorded."""
    person, value = customer_of(request, pk), ""
    form = RevealForm(request.POST)
    if form.is_valid():
        try:
            value = services.customer_reveal(actor=request.user, customer=person, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
    template = "customers/reveal.html#value" if wants_part(request) else "customers/reveal.html"
    context = {"person": person, "value": value, "form": form, "field": form.data.get("field")}
    return render(request, template, context, status=INVALID if form.errors else 200)


@require_POST
@business
def app_milestone(request: StaffRequest, pk: int) -> HttpResponse:
    """Record a step of the app."""
    person, form = customer_of(request, pk), MilestoneForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a step and a day."))
    services.app_milestone_set(actor=request.user, customer=person, **form.cleaned_data)
    return back_to(person.household, f"customer-{pk}")


@require_POST
@business
def account_opened(request: StaffRequest, pk: int) -> HttpResponse:
    """Record that a person became a customer."""
    person, form = customer_of(request, pk), AccountForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a day."))
    services.customer_account_opened(actor=request.user, customer=person, **form.cleaned_data)
    return back_to(person.household, f"customer-{pk}")


@require_POST
@business
def consent_give(request: StaffRequest, pk: int) -> HttpResponse:
    """Record what a person agreed to."""
    person, form = customer_of(request, pk), ConsentForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose what was agreed to, and how."))
    services.consent_give(actor=request.user, customer=person, **form.cleaned_data)
    return back_to(person.household, f"customer-{pk}")


@require_POST
@business
def consent_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Record that a person withdrew a consent."""
    consent = visible_or_404(selectors.consent_list(actor=request.user), pk=pk)
    services.consent_withdraw(actor=request.user, consent=consent)
    return back_to(customer_of(request, consent.customer_id).household, f"customer-{consent.customer_id}")
