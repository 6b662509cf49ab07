"""Pages of visits: the day's list, logging one, reading and correcting them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from customers.enums import Purpose
from customers.models import Household
from customers.selectors import household_list, people_without
from gridbank.errors import NotAllowed
from gridbank.once import once
from gridbank.pages import PAGE_SIZE, form_page, part_of, require_page, written
from gridbank.scoping import visible_or_404
from grids.authority import Act, may, why_not
from needs.selectors import open_needs
from people.access import StaffRequest, business
from people.lists import Wanted, list_page
from visits import policies, selectors, services
from visits.enums import Outcome
from visits.forms.finding import HouseholdPickForm, ListForm, TimelineForm, TodayForm
from visits.forms.recording import AsideForm, VisitInput, next_days
from visits.models import Visit
from visits.presenting import bodies, lists
from visits.presenting.today import TodayRow, today_list

TIMELINE_SHOWN = 10


@require_safe
@business
def visit_list(request: StaffRequest) -> HttpResponse:
    """Show a page of visits."""
    form = ListForm(request.GET, actor=request.user)
    source = lists.source(actor=request.user, wanted=form.wanted()) if form.is_valid() else None
    wanted = Wanted(
        lists.VISITS, form, source, lists.said, views=lists.views(), kept=("grid", "staff", "household")
    )
    return list_page(request, "visits/visit_list.html", wanted)


@require_safe
@business
@vary_on_headers("HX-Request")
def today(request: StaffRequest) -> HttpResponse:
    """Show whom to visit today, why, and what is done already."""
    form = TodayForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"why": "", "sort": ""}
    found = today_list(actor=request.user, day=timezone.localdate(), why=asked["why"])
    stretches = found.stretches(along_the_way=bool(asked["sort"]))
    context = {"today": found, "stretches": stretches, "form": form, **asked}
    return render(request, "visits/today.html", context)


@require_safe
@business
@vary_on_headers("HX-Request")
def household_search(request: StaffRequest) -> HttpResponse:
    """Find the household to visit, inside one's own grids."""
    context = search_context(request, HouseholdPickForm(request.GET))
    return render(request, part_of(request, "visits/household_search.html", "found"), context)


@require_page
@business
@vary_on_headers("HX-Request")
def visit_new(request: StaffRequest) -> HttpResponse:
    """Log a visit; without a household, ask for it first."""
    pick = HouseholdPickForm(request.GET)
    key = pick.cleaned_data.get("household") if pick.is_valid() else None
    if key is None:
        return render(request, "visits/household_search.html", search_context(request, pick))
    household = visible_or_404(household_list(actor=request.user), pk=key)
    given = VisitInput(
        request.POST if request.method == "POST" else None, actor=request.user, household=household
    )
    if request.method == "POST" and given.is_valid():
        result = services.visit_log(actor=request.user, body=given.body)
        if result.status != Outcome.REJECTED:
            return after_logging(request, result)
        given.add_errors(result.errors)
    return visit_page(request, given, household)


@require_safe
@business
def visit_detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a visit with what came of it and what it said before."""
    visit = visible_or_404(selectors.visit_list(actor=request.user), pk=pk)
    may_correct = policies.may_correct(request.user, visit)
    context = {
        "visit": visit,
        "offers": selectors.visit_offers(actor=request.user, visit=visit),
        "needs": selectors.visit_needs(actor=request.user, visit=visit),
        "more": bodies.more_of(visit),
        "versions": bodies.versions_shown(actor=request.user, visit=visit),
        "may_correct": may_correct,
        "why_not": "" if may_correct else why_not(request.user, Act.VISIT_CORRECT, visit.grid),
        "next_due": next_due(request, visit),
    }
    return render(request, "visits/visit_detail.html", context)


@require_page
@business
@vary_on_headers("HX-Request")
def visit_correct(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct a visit, saying why."""
    visit = visible_or_404(selectors.visit_list(actor=request.user), pk=pk)
    if not policies.may_correct(request.user, visit):
        if request.method == "POST":
            raise NotAllowed(why_not(request.user, Act.VISIT_CORRECT, visit.grid))
        messages.warning(request, why_not(request.user, Act.VISIT_CORRECT, visit.grid))
        return redirect(visit)
    body = selectors.body_of(actor=request.user, visit=visit)
    data = request.POST if request.method == "POST" else None
    given = VisitInput(data, actor=request.user, household=visit.household, body=body, version=visit.version)
    if data is not None and given.is_valid() and correct(request, visit, given):
        return redirect(visit)
    return visit_page(request, given, visit.household, visit)


@require_safe
@business
@vary_on_headers("HX-Request")
def timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a household's visits, newest first; a part of its page, or a page of its own."""
    household = visible_or_404(household_list(actor=request.user), pk=pk)
    form = TimelineForm(request.GET)
    everything = form.is_valid() and form.cleaned_data["all"]
    rows = selectors.timeline(actor=request.user, household=household)
    size = PAGE_SIZE * 4 if everything else TIMELINE_SHOWN
    page = list(selectors.newest(rows, size))
    context = {
        "household": household,
        "rows": with_offers(request, page[:size]),
        "more": len(page) > size,
        "before": lists.moved_along(selectors.paid_before(actor=request.user, household=household)),
    }
    return render(request, part_of(request, "visits/timeline.html", "items"), context)


@require_safe
@business
def held(request: StaffRequest) -> HttpResponse:
    """Show one's own visits that arrived and wait."""
    return render(
        request,
        "visits/held.html",
        {
            "rows": bodies.held_page(actor=request.user),
            "limits": AsideForm.base_fields["reason"].widget.attrs,
        },
    )


@require_POST
@business
@once
def held_aside(request: StaffRequest, pk: int) -> HttpResponse:
    """Put one of one's own held visits aside, saying why."""
    held = visible_or_404(selectors.held_any(actor=request.user), pk=pk)
    form = AsideForm(request.POST)
    if written(form, lambda data: services.held_put_aside(actor=request.user, held=held, **data)):
        messages.success(request, _("The visit is put aside. What it said is kept."))
        return redirect("visits:held")
    (row,) = bodies.held_shown(actor=request.user, rows=[held])
    return form_page(request, "visits/held_aside.html", {"form": form, "row": row})


def search_context(request: StaffRequest, form: HouseholdPickForm) -> dict[str, Any]:
    """Return what was found, or the most pressing households when nothing was asked for."""
    context: dict[str, Any] = {"form": form, "found": [], "due": []}
    if form.is_valid():
        term = form.cleaned_data["q"]
        context["asked"] = bool(term.kind)
        context["found"] = selectors.households_found(actor=request.user, term=term)
        if not term.kind:
            context["due"] = today_list(actor=request.user, day=timezone.localdate(), shown=8).rows
    return context


def visit_page(
    request: StaffRequest, given: VisitInput, household: Household, visit: Visit | None = None
) -> HttpResponse:
    """Show the form beside what is known of the household; what was typed stays."""
    last = selectors.timeline(actor=request.user, household=household).first()
    context = {
        "given": given,
        "may_raise": may(request.user, Act.NEED_RAISE, household.grid),
        "household": household,
        "visit": visit,
        "last": last,
        "last_offers": selectors.visit_offers(actor=request.user, visit=last) if last else [],
        "needs": open_needs(actor=request.user).filter(household=household),
        "quick": next_days(timezone.localdate()),
        "unagreed": people_without(actor=request.user, household=household, purpose=Purpose.MARKETING),
    }
    return form_page(request, "visits/visit_form.html", context, form=given)


def after_logging(request: StaffRequest, result: services.Result) -> HttpResponse:
    """Go where the visit is now; sent twice, it is there once."""
    if result.status in {Outcome.CREATED, Outcome.DUPLICATE}:
        messages.success(request, _("The visit is stored."))
        if result.unplaced:
            messages.info(request, unplaced())
        if result.unconsented:
            messages.warning(request, unconsented())
        return redirect("visits:detail", pk=result.id)
    for texts in result.errors.values():
        messages.warning(request, " ".join(texts))
    return redirect("visits:held")


def unplaced() -> str:
    """Say why a position that came with a visit isn't there."""
    return _(
        "Its position was not kept: nobody of this household agreed to that. The consent is in the archive."
    )


def unconsented() -> str:
    """Say why an offer that came with a visit earns nothing."""
    return _("No consent to marketing: the offers of this visit don't count. The consent is in the archive.")


def next_due(request: StaffRequest, visit: Visit) -> TodayRow | None:
    """Return whom to see next: only beside a visit that the reader made today."""
    today = timezone.localdate()
    if visit.staff_id != request.user.pk or visit.day != today:
        return None
    rows = today_list(actor=request.user, day=today, shown=1).rows
    return rows[0] if rows else None


def correct(request: StaffRequest, visit: Visit, given: VisitInput) -> bool:
    """Correct the visit; False when something is wrong, which then stands beside its field."""
    reason = given.reason.cleaned_data["reason"] if given.reason else ""
    version = given.form.cleaned_data["version"]
    try:
        ended = services.visit_correct(
            actor=request.user, visit=visit, body=given.body, reason=reason, version=version
        )
    except services.NotCorrected as error:
        given.add_errors(error.errors)
        return False
    if ended is None:
        messages.info(request, _("Nothing was different; nothing was changed."))
    else:
        messages.success(request, _("The visit is corrected. What it said before is kept."))
    return True


def with_offers(request: StaffRequest, visits: list[Visit]) -> list[dict[str, Any]]:
    """Return each visit with its offers."""
    offers = selectors.offers_of(actor=request.user, visits=visits)
    return [{"visit": visit, "offers": offers.get(visit.pk, [])} for visit in visits]
