"""A person's forms: added, changed, revealed, and what he reached."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from customers import policies, selectors, services
from customers.forms.actions import (
    AccountForm,
    ConsentForm,
    DeathForm,
    MilestoneForm,
    ResettleForm,
    RestrictForm,
    RevealForm,
    StepDayForm,
    UndoForm,
)
from customers.forms.archive import PersonForm
from customers.forms.members import Members, members_of
from customers.models import Customer, Household
from customers.presenting.people import withdrawing
from customers.views.rows import back_to, customer_of, household_of, recognised
from gridbank.errors import Refused
from gridbank.once import FIELD, once
from gridbank.pages import form_page, part_of, require_page, unanswered, written
from gridbank.scoping import visible_or_404
from grids.authority import Act, require, roles_of
from people.access import StaffRequest, allow, business


def _saved(
    request: StaffRequest,
    household: Household,
    form: PersonForm,
    save: Callable[[dict[str, Any]], Customer],
    done: str = "",
) -> HttpResponse:
    """Save what the form holds and go back to the household, or show the form again, with whom it found there."""
    context: dict[str, Any] = {"form": form, "household": household, "person": form.instance, "there": None}
    saved: list[Customer] = []

    def write(_data: dict[str, Any]) -> None:
        try:
            saved.append(save(form.values()))
        except services.AlreadyThere as error:
            context["there"] = error.customer
            raise

    if not written(form, write):
        return form_page(request, "customers/person_form.html", context)
    if done:
        messages.success(request, done)
    return back_to(household, f"customer-{saved[0].pk}")


@require_safe
@business
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    """Lead to where a person stands, by his number or that of an archive that went into his."""
    return redirect(customer_of(request, pk))


@require_page
@sensitive_post_parameters()
@business
@once
def customer_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Add a person to a household."""
    household = household_of(request, pk)
    policies.own_ground(request.user, household)
    form = PersonForm(request.POST or None, actor=request.user, household=household)

    def save(data: dict[str, Any]) -> Customer:
        return services.customer_create(actor=request.user, household=household, data=data)

    return _saved(request, household, form, save)


def _added(request: StaffRequest, household: Household, members: Members) -> list[Customer] | None:
    """Add who stands in the table; None leaves in it what is refused, and what is asked."""
    if not members.is_bound or not members.is_valid():
        return None
    made: list[Customer] = []
    try:
        if members.entered:
            made = services.customers_create(
                actor=request.user, household=household, people=members.values(), apart=members.apart
            )
    except services.LikelyTwins as error:
        members.ask(error)
        return None
    except Refused as error:
        members.add_refusal(error)
        return None
    recognised(request, members.known)
    return made


@require_page
@sensitive_post_parameters()
@business
@once
def customers_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Add several people to a household, a row each."""
    household = household_of(request, pk)
    policies.own_ground(request.user, household)
    members = members_of(request.POST or None, actor=request.user, household=household)
    made = _added(request, household, members)
    if made is not None and not made:
        return redirect(household)
    if made:
        said = ngettext("%(n)s person added.", "%(n)s people added.", len(made)) % {"n": len(made)}
        messages.success(request, said)
        return back_to(household, f"customer-{made[0].pk}")
    context = {"members": members, "household": household}
    return form_page(request, "customers/people_form.html", context, form=members)


@require_page
@sensitive_post_parameters()
@business
@once
def customer_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a person."""
    person = customer_of(request, pk)
    household = person.household
    policies.own_ground(request.user, household)
    form = PersonForm(request.POST or None, instance=person, actor=request.user, household=household)

    def save(data: dict[str, Any]) -> Customer:
        version = form.cleaned_data["version"] or 0
        return services.customer_update(actor=request.user, customer=person, version=version, data=data)

    return _saved(request, household, form, save, done=_("Saved."))


@require_POST
@business
def customer_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a number once, for a reason that is recorded."""
    person, form = customer_of(request, pk), RevealForm(request.POST)
    context = {"person": person, "value": "", "form": form, "field": form.data.get("field")}

    def write(data: dict[str, Any]) -> None:
        context["value"] = services.customer_reveal(actor=request.user, customer=person, **data)

    written(form, write)
    return form_page(request, part_of(request, "customers/reveal.html", "value"), context)


def _recorded(
    request: StaffRequest, pk: int, form: forms.Form, service: Callable[..., object]
) -> HttpResponse:
    """Record something a person reached or said; what is wrong is shown with the form, on a page of its own."""
    person = customer_of(request, pk)
    if written(form, lambda data: service(actor=request.user, customer=person, **data)):
        return back_to(person.household, f"customer-{pk}")
    return form_page(request, "customers/progress_form.html", {"form": form, "person": person})


@require_POST
@business
@once
def app_milestone(request: StaffRequest, pk: int) -> HttpResponse:
    """Record a step of the app."""
    return _recorded(request, pk, MilestoneForm(request.POST), services.app_milestone_set)


@require_POST
@business
@once
def account_opened(request: StaffRequest, pk: int) -> HttpResponse:
    """Record that a person became a customer."""
    return _recorded(request, pk, AccountForm(request.POST), services.customer_account_opened)


def _act_page(
    request: StaffRequest, person: Customer, form: forms.Form, title: str, note: str = ""
) -> HttpResponse:
    context = {"form": form, "person": person, "title": title, "note": note}
    return form_page(request, "customers/person_act.html", context)


@require_page
@business
@once
def step_day(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the day of an account or app step right, or take it out."""
    person = customer_of(request, pk)
    policies.own_ground(request.user, person.household)
    form = StepDayForm(request.POST or None, actor=request.user, person=person)
    if written(form, lambda data: services.step_day_correct(actor=request.user, customer=person, **data)):
        messages.success(request, _("Saved."))
        return back_to(person.household, f"customer-{pk}")
    return _act_page(request, person, form, _("Correct a day"))


@require_page
@business
@once
def resettle(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person live in another household."""
    person = customer_of(request, pk)
    policies.own_ground(request.user, person.household)
    form = ResettleForm(request.POST or None, actor=request.user, person=person)
    if written(form, lambda data: services.person_resettle(actor=request.user, customer=person, **data)):
        messages.success(request, _("Saved."))
        return back_to(form.cleaned_data["household"], f"customer-{pk}")
    note = _(
        "From today on. Visits stay with the household in which they were paid; open needs of the person go along."
    )
    return _act_page(request, person, form, _("Move to another household"), note)


@require_page
@business
@once
def death(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down that a person died."""
    person = customer_of(request, pk)
    policies.own_ground(request.user, person.household)
    form = DeathForm(request.POST or None, actor=request.user, person=person)
    if written(form, lambda data: services.death_record(actor=request.user, customer=person, **data)):
        messages.success(request, _("Recorded. Check how the others are related to the head."))
        return back_to(person.household, f"customer-{pk}")
    note = _("Consents end, and from that day on nobody plans a visit or counts this person.")
    return _act_page(request, person, form, _("Record a death"), note)


@require_page
@allow(roles_of(Act.DEATH_UNDO))
@once
def death_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back a death that was wrongly told."""
    person = customer_of(request, pk)
    require(request.user, Act.DEATH_UNDO, person.household.grid)
    form = UndoForm(request.POST or None)
    if written(form, lambda data: services.death_undo(actor=request.user, customer=person, **data)):
        messages.success(request, _("Saved."))
        return back_to(person.household, f"customer-{pk}")
    return _act_page(request, person, form, _("Take the death back"))


@require_page
@business
@once
def restrict(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep and no more what is known of a person."""
    person = customer_of(request, pk)
    policies.own_ground(request.user, person.household)
    form = RestrictForm(request.POST or None)
    if written(form, lambda data: services.restriction_set(actor=request.user, customer=person, **data)):
        messages.success(request, _("Saved."))
        return back_to(person.household, f"customer-{pk}")
    note = _(
        "What is known of this person is kept and no more: out of plans, lists, suggestions and counts, and changed by "
        "nobody until the branch lifts it."
    )
    return _act_page(request, person, form, _("Restrict processing"), note)


@require_page
@allow(roles_of(Act.RESTRICTION_LIFT))
@once
def restriction_lift(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person's data be processed again."""
    person = customer_of(request, pk)
    require(request.user, Act.RESTRICTION_LIFT, person.household.grid)
    form = UndoForm(request.POST or None)
    if written(form, lambda data: services.restriction_lift(actor=request.user, customer=person, **data)):
        messages.success(request, _("Saved."))
        return back_to(person.household, f"customer-{pk}")
    return _act_page(request, person, form, _("Lift the restriction"))


@require_POST
@business
@once
def consent_give(request: StaffRequest, pk: int) -> HttpResponse:
    """Record what a person agreed to."""
    return _recorded(request, pk, ConsentForm(request.POST), services.consent_give)


@require_POST
@business
@once
def consent_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Record that a person withdrew a consent."""
    consent = visible_or_404(selectors.consent_list(actor=request.user), pk=pk)
    person = customer_of(request, consent.customer_id)
    policies.own_ground(request.user, person.household)
    if page := unanswered(request, withdrawing(consent, person, request.POST.get(FIELD, ""))):
        return page
    services.consent_withdraw(actor=request.user, consent=consent)
    return back_to(person.household, f"customer-{person.pk}")
