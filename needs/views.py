"""Needs: the list of open ones, raising and closing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from customers.policies import own_ground
from customers.views.rows import back_to, household_of
from gridbank.errors import Refused
from gridbank.fields import key_read
from gridbank.listing import SIZES
from gridbank.once import once
from gridbank.pages import INVALID, add_refusal, form_page, require_page, written
from gridbank.scoping import visible_or_404
from grids.authority import Act
from needs import presenting, selectors, services
from needs.forms import NeedCloseForm, NeedFilterForm, NeedForm, NeedsCloseForm
from needs.undoing import CLOSED
from people import undoing
from people.access import StaffRequest, business
from people.lists import Wanted, list_page


@require_GET
@business
def need_list(request: StaffRequest) -> HttpResponse:
    """Show the open needs, the overdue ones first."""
    form = NeedFilterForm(request.GET, actor=request.user)
    right = form.is_valid()
    source = presenting.source(actor=request.user, **form.cleaned_data) if right else None
    grid = form.cleaned_data.get("grid")
    views = presenting.views(actor=request.user, grid=grid)
    tick = presenting.tick()
    wanted = Wanted(presenting.NEEDS, form, source, presenting.said, views=views, kept=("grid",), tick=tick)
    return list_page(request, "needs/list.html", wanted)


@require_POST
@business
@once
def need_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a need."""
    household = household_of(request, pk)
    form = NeedForm(request.POST, actor=request.user, household=household)
    today = timezone.localdate()

    def write(data: dict[str, Any]) -> None:
        services.need_raise(actor=request.user, household=household, raised_on=today, **data)

    if written(form, write):
        return back_to(household, "needs")
    return render(request, "needs/form.html", {"form": form, "household": household}, status=INVALID)


@require_page
@business
@once
def need_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a need with its outcome."""
    need = visible_or_404(selectors.need_list(actor=request.user), pk=pk)
    own_ground(request.user, need.household, Act.NEED_CLOSE)
    form = NeedCloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.need_close(actor=request.user, need=need, **form.cleaned_data)
            undoing.offer(request, _("The need is closed."), CLOSED, [need.pk])
            return back_to(need.household, "needs")
        except Refused as error:
            if error.field is None:
                raise
            add_refusal(form, error)
    return form_page(request, "needs/close.html", {"form": form, "need": need})


@require_page
@business
@once
def needs_close(request: StaffRequest) -> HttpResponse:
    """Show what was ticked, and close all of it with one outcome."""
    ticked = request.POST if request.method == "POST" else request.GET
    form = NeedsCloseForm(ticked if request.method == "POST" else None, actor=request.user)
    count, closed = 0, list[int]()

    def close(data: dict[str, Any]) -> None:
        nonlocal count
        closed.extend(need.pk for need in data["needs"])
        count = services.needs_close(actor=request.user, **{**data, "needs": list(data["needs"])})

    if request.method == "POST" and written(form, close):
        said = ngettext("%(n)s need is closed.", "%(n)s needs are closed.", count) % {"n": count}
        undoing.offer(request, said, CLOSED, closed)
        return redirect("needs:list")
    keys = [key for text in ticked.getlist("needs")[: max(SIZES)] if (key := key_read(text))]
    needs = presenting.read(
        selectors.needs_to_close(actor=request.user).filter(pk__in=keys), actor=request.user
    )
    return form_page(request, "needs/close_ticked.html", {"form": form, "needs": needs})
