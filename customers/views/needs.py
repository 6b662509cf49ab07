"""Needs: the list of open ones, raising and closing."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from customers import selectors, services
from customers.forms.actions import NeedCloseForm, NeedForm
from customers.forms.finding import NeedFilterForm
from customers.views.common import back_to, household_of, need_of
from gridbank.errors import Refused
from gridbank.pages import INVALID, add_refusal, require_page
from people.access import StaffRequest, business


def _pager(form: NeedFilterForm, found: dict[str, Any]) -> dict[str, str]:
    given = {name: form.data.get(name, "") for name in ("grid", "due")}
    return {
        f"{side}_url": "?" + urlencode({**given, "page": found[side]}) if found[side] else ""
        for side in ("next", "previous")
    }


@require_GET
@business
def need_list(request: StaffRequest) -> HttpResponse:
    """Show the open needs, the overdue ones first."""
    form = NeedFilterForm(request.GET, actor=request.user)
    context: dict[str, Any] = {"form": form, "today": timezone.localdate()}
    if form.is_valid():
        found = selectors.needs_page(actor=request.user, **form.cleaned_data)
        context.update(needs=found["needs"], pager=_pager(form, found))
    return render(request, "customers/needs.html", context)


@require_POST
@business
def need_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a need."""
    household = household_of(request, pk)
    form = NeedForm(request.POST, actor=request.user, household=household)
    if form.is_valid():
        try:
            services.need_raise(
                actor=request.user, household=household, raised_on=timezone.localdate(), **form.cleaned_data
            )
            return back_to(household, "needs")
        except Refused as error:
            add_refusal(form, error)
    return render(request, "customers/need_form.html", {"form": form, "household": household}, status=INVALID)


@require_page
@business
def need_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a need with its outcome."""
    need = need_of(request, pk)
    form = NeedCloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.need_close(actor=request.user, need=need, **form.cleaned_data)
            return back_to(need.household, "needs")
        except Refused as error:
            if error.field is None:
                raise
            add_refusal(form, error)
    status = INVALID if form.is_bound else 200
    return render(request, "customers/need_close.html", {"form": form, "need": need}, status=status)
