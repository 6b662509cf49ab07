"""A household parts into two, or two become one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from customers import policies, services
from customers.forms.parting import JoinForm, SplitForm
from customers.models import Household
from customers.views.rows import household_of
from gridbank.once import once
from gridbank.pages import form_page, require_page, written
from people.access import StaffRequest, business


def _page(
    request: StaffRequest, household: Household, form: forms.Form, title: str, note: str
) -> HttpResponse:
    # the page of an act names what it is about, and leads back to it
    context = {"form": form, "person": household, "title": title, "note": note}
    return form_page(request, "customers/person_act.html", context)


@require_page
@business
@once
def household_split(request: StaffRequest, pk: int) -> HttpResponse:
    """Let some of a household's people live in one of their own."""
    household = household_of(request, pk)
    policies.own_ground(request.user, household)
    form = SplitForm(request.POST or None, actor=request.user, household=household)
    made: list[Household] = []

    def split(data: dict[str, Any]) -> None:
        made.append(
            services.household_split(
                actor=request.user, household=household, **{**data, "people": list(data["people"])}
            )
        )

    if written(form, split):
        messages.success(request, _("They have a household of their own. Check its address and archive."))
        return redirect(made[0])
    note = _(
        "From today on. Visits stay with the household in which they were paid; open needs of each go along."
    )
    return _page(request, household, form, _("Split the household"), note)


@require_page
@business
@once
def households_join(request: StaffRequest, pk: int) -> HttpResponse:
    """Let everybody of another household of the village live in this one."""
    household = household_of(request, pk)
    policies.own_ground(request.user, household)
    form = JoinForm(request.POST or None, actor=request.user, household=household)

    def join(data: dict[str, Any]) -> None:
        joined = data["joined"]
        services.households_join(
            actor=request.user, household=household, joined=joined, versions=(data["version"], joined.version),
            reason=data["reason"],
        )  # fmt: skip

    if written(form, join):
        messages.success(request, _("They live in one household. Check how they are related to the head."))
        return redirect(household)
    note = _("From today on everybody of the other household lives here, and the other one is over.")
    return _page(request, household, form, _("Join two households"), note)
