"""Pages of the ranking: the months, a month, a score, the rows behind it."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from exchange.sending import sent
from gridbank.pages import key_asked, key_page, part_of, unanswered, wants_part
from gridbank.scoping import visible_or_404
from grids.authority import Act, require, roles_of
from jobs.presenting import shown
from people.access import StaffRequest, allow, business
from people.enums import Role
from performance import policies, proved, selectors, services
from performance.forms import FactsForm, RankingForm
from performance.indicators import INDICATORS
from performance.models import Period, Score
from performance.presenting import facts, months, questions
from performance.presenting.breakdown import breakdown
from performance.presenting.paper import paper
from performance.presenting.ranked import ranked


@require_safe
@business
def period_table(request: StaffRequest) -> HttpResponse:
    """Show the months with their state and the line that speaks for the reader."""
    rows = selectors.period_list(actor=request.user, after=key_asked(request))
    page = key_page(request, rows, key=lambda period: period.pk)
    context = months.months(actor=request.user, periods=page.rows)
    return render(request, "performance/period_list.html", {**context, "page": page})


@require_safe
@business
def period_page(request: StaffRequest, month: date) -> HttpResponse:
    """Show a month's ranking."""
    period = selectors.period_of(actor=request.user, month=month)
    return _month(request, period)


def _month(request: StaffRequest, period: Period, status: int = 200, **more: Any) -> HttpResponse:
    context = months.month(actor=request.user, period=period, form_of=partial(RankingForm, request.GET))
    rows = selectors.ranked_after(context.pop("rows"), key_asked(request))
    page = context["page"] = key_page(request, rows, key=lambda score: score.pk)
    context["ranked"] = ranked(actor=request.user, period=period, scores=page.rows, scope=context["scope"])
    return render(request, "performance/period_detail.html", context | more, status=status)


@require_safe
@business
def score_page(request: StaffRequest, month: date, pk: int) -> HttpResponse:
    """Show one score down to its indicators, the gap to the next rank and what changed."""
    scores = selectors.score_list(actor=request.user)
    score = visible_or_404(scores, pk=pk, run__period__month=month)
    policies.own_points(score)
    return render(request, "performance/score_detail.html", months.score(actor=request.user, score=score))


@require_safe
@business
def facts_page(request: StaffRequest, month: date, pk: int, indicator: str) -> HttpResponse:
    """Show the frozen rows behind one indicator: those that count, or the others with why they don't."""
    score, form = _score_of(request, month, pk, indicator), FactsForm(request.GET)
    asked = form.asked
    rows = selectors.fact_list(
        actor=request.user, score=score, indicator=indicator, after=key_asked(request), **asked
    )
    page = key_page(request, rows, key=lambda fact: fact.number)
    context = facts.facts(
        actor=request.user,
        score=score,
        indicator=indicator,
        rows=page.rows,
        after=key_asked(request),
        **asked,
    )
    return render(request, "performance/fact_list.html", {**context, "page": page, "form": form})


@require_safe
@business
def parts_page(request: StaffRequest, month: date, pk: int, indicator: str) -> HttpResponse:
    """Show what one number is made of: branches, people, grids."""
    score = _score_of(request, month, pk, indicator)
    context = breakdown(actor=request.user, score=score, indicator=indicator)
    return render(request, "performance/parts.html", context)


def _score_of(request: StaffRequest, month: date, pk: int, indicator: str) -> Score:
    if indicator not in INDICATORS:
        raise Http404
    scores = selectors.score_list(actor=request.user)
    found: Score = visible_or_404(scores, pk=pk, run__period__month=month)
    policies.own_points(found)
    return found


@require_safe
@allow(roles_of(Act.MONTH_EXPORT))
def period_export(request: StaffRequest, month: date) -> HttpResponse:
    """Send the month as a workbook."""
    period = selectors.period_of(actor=request.user, month=month)
    body = services.period_export(actor=request.user, period=period)
    return sent(body, services.file_name(period))


@require_safe
@allow(roles_of(Act.MONTH_EXPORT))
def period_paper(request: StaffRequest, month: date) -> HttpResponse:
    """Show the month as it is printed, signed and hung up."""
    period = selectors.period_of(actor=request.user, month=month)
    require(request.user, Act.MONTH_EXPORT, period.grid)
    return render(request, "performance/print.html", paper(actor=request.user, period=period))


@require_POST
@allow(roles_of(Act.MONTH_REFRESH))
def period_refresh(request: StaffRequest, month: date) -> HttpResponse:
    """Ask for the month to be computed again."""
    period = selectors.period_of(actor=request.user, month=month)
    job = services.request_month(actor=request.user, bank=period.grid, month=month, again=True)
    if getattr(request, "htmx", False):
        return render(request, "jobs/job_detail.html#job", shown(job))
    return redirect("performance:job", pk=job.pk)


@require_POST
@allow(roles_of(Act.MONTH_VERIFY))
def period_verify(request: StaffRequest, month: date) -> HttpResponse:
    """Ask for the proof of a month."""
    period = selectors.period_of(actor=request.user, month=month)
    job = services.request_verification(actor=request.user, period=period)
    return redirect("performance:job", pk=job.pk)


@require_POST
@allow(roles_of(Act.MONTH_PUBLISH))
def period_publish(request: StaffRequest, month: date) -> HttpResponse:
    """Publish a closed month."""
    period = selectors.period_of(actor=request.user, month=month)
    looked_at = request.POST.get("looked_at", "")
    if policies.can_publish(request.user, period):
        page = unanswered(request, questions.publishing(request.user, period, looked_at))
        if page:
            return page
    try:
        services.period_publish(actor=request.user, period=period, looked_at=looked_at)
    except services.NotAsComputed as refused:
        return _month(request, period, status=409, not_as_computed=refused)
    except services.NotLookedAt as refused:
        return _month(request, period, status=409, not_looked_at=refused.message)
    messages.success(request, _("The month is published under your name."))
    return redirect("performance:period", month=month)


@require_POST
@allow(roles_of(Act.MONTH_LOCK))
def period_lock(request: StaffRequest, month: date) -> HttpResponse:
    """Lock a published month."""
    period = selectors.period_of(actor=request.user, month=month)
    if policies.can_lock(request.user, period):
        page = unanswered(request, questions.locking(period))
        if page:
            return page
    services.period_lock(actor=request.user, period=period)
    messages.success(request, _("The month is locked permanently."))
    return redirect("performance:period", month=month)


@require_safe
@vary_on_headers("HX-Request")
@allow(Role.AUDITOR)
def proofs_page(request: StaffRequest) -> HttpResponse:
    """Show whether the trail and the signed months are what they were; while somebody waits the page looks again."""
    trail, months_ = proved.trail_proof(actor=request.user), proved.month_proofs(actor=request.user)
    jobs = [trail.job, *(one.job for one in months_)]
    waiting = any(job is not None and job.is_open for job in jobs)
    if wants_part(request) and not waiting:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"trail": trail, "months": months_, "waiting": waiting}
    return render(request, part_of(request, "performance/proofs.html", "waiting"), context)


@require_POST
@allow(Role.AUDITOR)
def trail_verify(request: StaffRequest) -> HttpResponse:
    """Ask for the proof of the trail."""
    services.request_trail_proof(actor=request.user)
    return redirect("performance:proofs")


@require_POST
@allow(Role.AUDITOR)
def proof_verify(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for the proof of a signed month."""
    period = visible_or_404(proved.provable(actor=request.user), pk=pk)
    services.request_verification(actor=request.user, period=period)
    return redirect("performance:proofs")
