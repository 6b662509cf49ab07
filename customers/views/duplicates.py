"""Two archives of one person: the list of likely pairs, and what somebody decides of one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers import policies, selectors, services
from customers.forms.duplicates import TAKE, DenyForm, DuplicateFilterForm, MergeForm, UnmergeForm
from customers.models import Likeness, PersonMerge
from customers.presenting import duplicates as presenting
from customers.undoing import DENIED, MERGED
from gridbank.once import once
from gridbank.pages import form_page, require_page, written
from gridbank.scoping import visible_or_404
from grids.authority import Act, roles_of
from people import undoing
from people.access import StaffRequest, allow
from people.lists import Wanted, list_page

DECIDING = roles_of(Act.TWINS_DECIDE)


@require_GET
@allow(DECIDING)
def duplicate_list(request: StaffRequest) -> HttpResponse:
    """Show the pairs that may be one person, the likeliest first."""
    form = DuplicateFilterForm(request.GET, actor=request.user)
    source = presenting.source(actor=request.user, **form.cleaned_data) if form.is_valid() else None
    wanted = Wanted(
        presenting.LIKENESSES, form, source, presenting.said, views=presenting.views(), kept=("grid",)
    )
    return list_page(request, "customers/duplicates.html", wanted)


def _pair(request: StaffRequest, pk: int) -> Likeness:
    return visible_or_404(selectors.likeness_list(actor=request.user), pk=pk)


def _twins_page(request: StaffRequest, pair: Likeness, *, deny: DenyForm, merge: MergeForm) -> HttpResponse:
    """Show two people side by side with both answers; what is wrong stands in the form that was sent."""
    shown = presenting.side_by_side(pair)
    shown["lines"] = [
        {
            "line": line,
            "choice": merge[f"{TAKE}{line.group}"] if f"{TAKE}{line.group}" in merge.fields else None,
        }
        for line in shown["lines"]
    ]
    context = {"deny": deny, "merge": merge, "pair": pair, "form": merge if merge.is_bound else deny, **shown}
    context["moving"] = presenting.moving(pair, actor=request.user)
    return form_page(request, "customers/twins.html", context, begins=False)


@require_page
@allow(DECIDING)
@once
def twins(request: StaffRequest, pk: int) -> HttpResponse:
    """Show two people side by side, and take the word that they are not one."""
    pair = _pair(request, pk)
    policies.own_twins(request.user, pair.one, pair.other)
    form = DenyForm(request.POST or None)
    if written(form, lambda data: services.twins_deny(actor=request.user, likeness=pair, **data)):
        undoing.offer(request, _("Kept: they are two people."), DENIED, pair.pk)
        return redirect("customers:duplicates")
    return _twins_page(request, pair, deny=form, merge=MergeForm(actor=request.user, pair=pair))


@require_POST
@allow(DECIDING)
@once
def twins_merge(request: StaffRequest, pk: int) -> HttpResponse:
    """Put two archives together."""
    pair = _pair(request, pk)
    policies.own_twins(request.user, pair.one, pair.other)
    form = MergeForm(request.POST, actor=request.user, pair=pair)
    made: list[PersonMerge] = []

    def merge(_data: dict[str, Any]) -> None:
        made.append(services.persons_merge(actor=request.user, **form.decision()))

    if written(form, merge):
        undoing.offer(request, _("The archives are one now."), MERGED, made[0].pk)
        return redirect(made[0].customer)
    return _twins_page(request, pair, deny=DenyForm(), merge=form)


@require_GET
@allow(DECIDING)
def merge_list(request: StaffRequest) -> HttpResponse:
    """Show which archives were put together, the newest first."""
    form = forms.Form(request.GET)
    wanted = Wanted(presenting.MERGES, form, presenting.merges(actor=request.user), presenting.merges_said)
    return list_page(request, "customers/merges.html", wanted)


@require_page
@allow(DECIDING)
@once
def merge_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Let two archives be two again."""
    merge = visible_or_404(selectors.merge_list(actor=request.user), pk=pk)
    policies.own_twins(request.user, merge.customer, merge.merged)
    form = UnmergeForm(request.POST or None)
    if written(form, lambda data: services.persons_unmerge(actor=request.user, merge=merge, **data)):
        messages.success(request, _("They are two archives again."))
        return redirect("customers:merges")
    note = _(
        "Both archives stand as they did before. What was built on it since is named, and then it stays."
    )
    context = {
        "form": form,
        "person": merge.customer,
        "title": _("Take two archives apart again"),
        "note": note,
    }
    return form_page(request, "customers/person_act.html", context)


@require_POST
@allow(DECIDING)
@once
def twins_reconsider(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back that two are not one person."""
    services.twins_reconsider(actor=request.user, likeness=_pair(request, pk))
    messages.success(request, _("The pair is in the list again."))
    return redirect("customers:twins", pk)
