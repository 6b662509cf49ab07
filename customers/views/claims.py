"""The list of what was claimed, where somebody else confirms or refutes it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from customers import services
from customers.forms.claims import ClaimFilterForm, ClaimsDecideForm
from customers.presenting import claims as presenting
from gridbank.days import month_first
from gridbank.once import once
from gridbank.pages import INVALID, written
from grids.authority import Act, may, roles_of
from people.access import StaffRequest, allow, business
from people.lists import Wanted, list_page

CLAIMS = "customers/claims.html"


@require_GET
@business
def claim_list(request: StaffRequest) -> HttpResponse:
    """Show what waits for a second person, the oldest first, or what was decided."""
    return _claims(request, ClaimsDecideForm(actor=request.user))


def _claims(request: StaffRequest, form: ClaimsDecideForm) -> HttpResponse:
    """Show the list; below it, where something waits for the reader, the form that decides on what is ticked."""
    finding, source = ClaimFilterForm(request.GET), None
    month = month_first(timezone.localdate())
    if finding.is_valid():
        source = presenting.source(actor=request.user, **finding.cleaned_data)
        month = finding.cleaned_data["month"] or month
    ticked = form.data.getlist("claims") if form.is_bound else []  # type: ignore[attr-defined]
    faults = [
        *form.non_field_errors(),
        *(each for name in ("claims", "shown") for each in form.errors.get(name, ())),
    ]
    wanted = Wanted(
        presenting.CLAIMS,
        finding,
        source,
        presenting.said,
        views=presenting.views(actor=request.user, month=month),
        tick=presenting.tick(ticked) if may(request.user, Act.CLAIM_DECIDE) else None,
        more={"deciding": form, "faults": faults},
    )
    return list_page(request, CLAIMS, wanted, status=INVALID if form.is_bound else 200)


@require_POST
@allow(roles_of(Act.CLAIM_DECIDE))
@once
def claims_decide(request: StaffRequest) -> HttpResponse:
    """Confirm or refute what was ticked."""
    form = ClaimsDecideForm(request.POST, actor=request.user)
    count = 0

    def decide(_data: dict[str, Any]) -> None:
        nonlocal count
        count = services.claims_decide(actor=request.user, **form.decision())

    if written(form, decide):
        said = ngettext("%(count)s claim decided.", "%(count)s claims decided.", count) % {"count": count}
        messages.success(request, said)
        return redirect("customers:claims")
    return _claims(request, form)
