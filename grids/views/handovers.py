"""Pages on which grids and households go from one person to others."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridbank.once import once
from gridbank.pages import form_page, key_asked, key_page, require_page, unanswered, written
from gridbank.scoping import visible_or_404
from grids import handed, policies, services
from grids.authority import Act, may, require, roles_of
from grids.enums import HandoverKind
from grids.forms import GivingForm, HandoverForm, JointVisitForm, SignForm
from grids.models import Handover
from grids.presenting import handovers as presenting
from grids.undoing import OPENED
from people import undoing
from people.access import StaffRequest, allow, business


@require_safe
@business
def handover_list(request: StaffRequest) -> HttpResponse:
    """Show what is handed over, newest first."""
    after = key_asked(request)
    rows = handed.handover_list(actor=request.user)
    page = key_page(request, rows if after is None else rows.filter(pk__lt=after), key=lambda row: row.pk)
    context = {
        "rows": presenting.listed(request.user, page.rows),
        "page": page,
        "may_open": may(request.user, Act.GRID_ASSIGN),
        "to_sign": handed.handovers_to_sign(actor=request.user).count(),
    }
    return render(request, "grids/handovers.html", context)


@require_page
@allow(roles_of(Act.GRID_ASSIGN))
@once
def handover_new(request: StaffRequest) -> HttpResponse:
    """Open a handover: first who gives how much, then what goes to whom."""
    require(request.user, Act.GRID_ASSIGN)
    giving = GivingForm(request.GET if "giver" in request.GET else None, actor=request.user)
    if not giving.is_valid():
        return form_page(request, "grids/handover_giver.html", {"form": giving})
    giver, kind = giving.cleaned_data["giver"], giving.cleaned_data["kind"]
    form = HandoverForm(
        request.POST or None, actor=request.user, giver=giver, kind=kind,
        initial={"grid": request.GET.get("grid", "")},
    )  # fmt: skip
    made: list[Handover] = []

    def write(data: dict[str, Any]) -> None:
        made.append(
            services.handover_open(
                actor=request.user, kind=kind, giver=giver, parts=form.going(), households=form.numbers(),
                first_day=data["first_day"], reason=data["reason"], residual_months=data["residual_months"],
            )
        )  # fmt: skip

    if request.method == "POST" and written(form, write):
        said = _("The handover of %(name)s is opened: now everybody signs.") % {"name": giver.name}
        undoing.offer(request, said, OPENED, made[0].pk)
        return redirect(made[0])
    context = {"form": form, "giver": giver, "kind": HandoverKind(kind).label, "grids": form.grids}
    return form_page(request, "grids/handover_new.html", context)


def _handover(request: StaffRequest, pk: int) -> Handover:
    found: Handover = visible_or_404(handed.handover_list(actor=request.user), pk=pk)
    return found


def _page(request: StaffRequest, row: Handover, form: Any = None) -> HttpResponse:
    context = presenting.page(request.user, row)
    visit = form if isinstance(form, JointVisitForm) else JointVisitForm()
    shown = form or visit
    return form_page(request, "grids/handover.html", {**context, "visit": visit, "form": shown})


@require_safe
@business
def handover_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a handover: who gives what to whom, what it changes, what is still open, who has signed."""
    return _page(request, _handover(request, pk))


@require_POST
@business
@once
def handover_sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Put one's name under it."""
    row, form = _handover(request, pk), SignForm(request.POST)
    if written(form, lambda data: services.handover_sign(actor=request.user, handover=row, **data)):
        messages.success(request, _("Signed under your name."))
        return redirect(row)
    return _page(request, row, form)


@require_POST
@business
@once
def handover_visit(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a joint visit."""
    row, form = _handover(request, pk), JointVisitForm(request.POST)
    if written(form, lambda data: services.handover_visit_add(actor=request.user, handover=row, **data)):
        return redirect(row)
    return _page(request, row, form)


@require_POST
@allow(roles_of(Act.GRID_ASSIGN))
def handover_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it back before its day."""
    row = _handover(request, pk)
    policies.require_keeps(request.user, handed.parts_of(actor=request.user, handovers=[row])[row.pk])
    if page := unanswered(request, presenting.undoing(row)):
        return page
    services.handover_undo(actor=request.user, handover=row)
    messages.success(request, _("The handover is undone: everything stays as it was."))
    return redirect(row)
