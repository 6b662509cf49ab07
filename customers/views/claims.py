"""The list of what was claimed, where somebody else confirms or refutes it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from customers import selectors, services
from customers.forms.claims import ClaimFilterForm, ClaimsDecideForm
from customers.presenting.claims import described
from gridbank.days import month_first
from gridbank.once import once
from gridbank.pages import form_page, key_asked, key_page, written
from grids.authority import Act, may, roles_of
from people.access import StaffRequest, allow, business

CLAIMS = "customers/claims.html"


@require_GET
@business
def claim_list(request: StaffRequest) -> HttpResponse:
    """Show what waits for a second person, the oldest first, or what was decided."""
    return _claims(request, ClaimsDecideForm(actor=request.user))


def _claims(request: StaffRequest, form: ClaimsDecideForm) -> HttpResponse:
    finding = ClaimFilterForm(request.GET)
    month = month_first(timezone.localdate())
    context: dict[str, Any] = {"form": form, "finding": finding, "ticked": form.data.getlist("claims") if form.is_bound else []}  # type: ignore[attr-defined]  # fmt: skip
    if finding.is_valid():
        wanted = finding.cleaned_data
        month = wanted["month"] or month
        page = key_page(
            request,
            selectors.claims_wanted(actor=request.user, after=key_asked(request), **wanted),
            key=lambda claim: claim.pk,
        )
        rows = described(actor=request.user, claims=page.rows)
        context |= {"page": page, "rows": rows, "any_to_decide": any(row["may_decide"] for row in rows)}
    context |= {
        "month": month,
        "counted": selectors.claims_counted(actor=request.user, month=month),
        "most": selectors.COUNTED,
        "decides": may(request.user, Act.CLAIM_DECIDE),
    }
    return form_page(request, CLAIMS, context)


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
