"""What the ranking pages show: selectors put together, nothing written."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.enums import Evidence
from customers.moves import moves_within
from customers.selectors import COUNTED, claims_wanted
from customers.turnover import turnover
from gridbank.days import month_last, month_write
from grids.authority import Act, expects, may, why_not
from grids.models import Backdating
from grids.presenting import backdatings_shown
from grids.selectors import backdatings_within
from jobs.faces import face_of
from people.models import User
from performance import policies, selectors
from performance.enums import Level, PeriodStatus
from performance.models import Period, Score
from performance.plausibility import look_at, seal_of
from performance.presenting.explaining import explain
from performance.presenting.ranked import own_row, ranked
from performance.services import RANK, VERIFY
from visits.selectors import Wanted, visit_list

LISTED = 100
SUBJECTS = {
    "visits.visit": gettext_lazy("Visit"),
    "customers.customer": gettext_lazy("Customer"),
    "customers.claim": gettext_lazy("Claim"),
    "grids.assignment": gettext_lazy("Responsibility"),
}
FIELDS = {
    "day": gettext_lazy("Day"),
    "met": gettext_lazy("Somebody was met"),
    "offers": gettext_lazy("Offers accepted / made"),
    "other_products": gettext_lazy("Other products offered"),
    "customer_since": gettext_lazy("Customer since"),
    "died_on": gettext_lazy("Died on"),
    "document": gettext_lazy("Document"),
    "birth_date": gettext_lazy("Date of birth"),
    "app_informed_on": gettext_lazy("Told about the app on"),
    "app_downloaded_on": gettext_lazy("App downloaded on"),
    "app_verified_on": gettext_lazy("App identity verified on"),
    "evidence": gettext_lazy("Evidence"),
    "person": gettext_lazy("Person"),
    "merged": gettext_lazy("Put together with another archive"),
    "valid_from": gettext_lazy("First day"),
    "valid_to": gettext_lazy("Last day"),
}


class Filtered(Protocol):
    """Which part of the ranking is asked for, as a form says."""

    @property
    def filters(self) -> dict[str, Any]:
        """Return what the selector takes."""


def months(*, actor: User, periods: list[Period]) -> dict[str, Any]:
    """Return each month with the score that speaks for the reader."""
    lines = selectors.headline(actor=actor, periods=periods)
    shown = [{"period": period, "score": lines.get(period.pk)} for period in periods]
    return {"months": shown, "speaks_for": policies.speaks_for(actor)}


def month(*, actor: User, period: Period, form_of: Callable[..., Filtered]) -> dict[str, Any]:
    """Return everything of a month's page; `rows` is the ranking, still to be cut into pages."""
    branches = list(selectors.ranking(actor=actor, period=period, level=Level.BRANCH))
    names = [(branch.subject_id, branch.subject_name) for branch in branches]
    form = form_of(branches=names)
    filters = form.filters
    bank_wide = may(actor, Act.BANK_RANK, period.grid)
    scope = "bank" if bank_wide else "branch"
    if bank_wide and (filters["peer_group"] or filters["branch_id"]):
        scope = "peer" if filters["peer_group"] else "branch"
    run = period.current_run
    job = selectors.job_of(period=period, kind=RANK)
    mine = None if bank_wide else selectors.score_of(user=actor, period=period)
    return {
        "period": period,
        "around": selectors.around(actor=actor, period=period),
        "run": run,
        "rows": selectors.ranking(actor=actor, period=period, **filters),
        "branches": branches,
        "form": form,
        "filters": filters,
        "scope": scope,
        "branch_rows": ranked(actor=actor, period=period, scores=branches, scope="bank"),
        "items": list(period.scheme.items.all()),
        "own": own_row(actor=actor, period=period, score=mine, scope=scope),
        "job": job if job and job.is_open else None,
        "face": face_of(RANK),
        "failed": bool(job and job.status == job.Status.FAILED),
        "proof": selectors.job_of(period=period, kind=VERIFY) if bank_wide else None,
        **_late(actor, period),
        **_moves(actor, period),
        **_turnover(actor, period),
        **_plausibility(actor, period),
        "waiting": _waiting(actor, period),
        "bank_wide": bank_wide,
        "is_running": period.status not in policies.FINAL,
        "why_not": _why_not(actor, period),
        "backdatings": backdatings_shown(actor, _backdatings(actor, period)),
        "can_refresh": policies.can_refresh(actor, period),
        "can_publish": policies.can_publish(actor, period),
        "can_lock": policies.can_lock(actor, period),
        "can_verify": run is not None and may(actor, Act.MONTH_VERIFY, period.grid),
        "can_export": run is not None and may(actor, Act.MONTH_EXPORT, period.grid),
    }


def _why_not(actor: User, period: Period) -> str:
    """Say who does what comes next with the month, to whoever could expect to find it here."""
    if not expects(actor, Act.MONTH_EXPORT):
        return ""
    if policies.is_publishable(period):
        return why_not(actor, Act.MONTH_PUBLISH, period.grid)
    if period.status != PeriodStatus.PUBLISHED:
        return ""
    return why_not(actor, Act.MONTH_LOCK, period.grid) or policies.why_not_second(actor, period)


def _waiting(actor: User, period: Period) -> dict[str, Any]:
    """Return how many of a month's entries nobody else has confirmed yet, and where they are."""
    rows = claims_wanted(actor=actor, state=Evidence.CLAIMED, month=period.month)
    query = {"month": month_write(period.month)}
    return {"n": rows.order_by()[:COUNTED].count(), "url": reverse("customers:claims", query=query)}


def _backdatings(actor: User, period: Period) -> QuerySet[Backdating]:
    """Return what was asked for, or signed, from days before the asking on that lie in the month or before its end."""
    return backdatings_within(actor=actor, first=period.month, last=month_last(period.month))[:LISTED]


def _moves(actor: User, period: Period) -> dict[str, Any]:
    """Tell which households moved in the month: whoever publishes it sees who was elsewhere for the count."""
    last = month_last(period.month)
    moves, count = moves_within(actor=actor, first=period.month, last=last, most=LISTED)
    return {"moves": moves, "moved_count": count}


def _turnover(actor: User, period: Period) -> dict[str, Any]:
    """Tell who died, moved or became of another age in the month, by who said so: before it is published."""
    turned, count = turnover(
        actor=actor, first=period.month, last=month_last(period.month), until=period.published_at, most=LISTED
    )
    return {"turned": turned, "turned_count": count}


def _plausibility(actor: User, period: Period) -> dict[str, Any]:
    """Return what stands out in a month that may be published now, for who may put his name to it."""
    if not policies.can_publish(actor, period):
        return {}
    found = look_at(period.grid, period.month)
    return {"odd": found, "odd_seal": seal_of(found)}


def _late(actor: User, period: Period) -> dict[str, Any]:
    """Count the visits that came in for a month when it was published already, and say where they are."""
    if period.status not in policies.FINAL:
        return {}
    wanted = Wanted(since=period.month, until=month_last(period.month), late=True)
    days = {"since": wanted.since, "until": wanted.until, "late": "on"}
    return {
        "late": visit_list(actor=actor, wanted=wanted).count(),
        "late_url": reverse("visits:list", query=days),
        **_late_changes(actor, period),
    }


def _late_changes(actor: User, period: Period) -> dict[str, Any]:
    """Tell the newest changes to what lies in a final month: who, what, what stood and what stands."""
    rows = selectors.late_changes(actor=actor, period=period)
    told = [
        {
            "row": row,
            "what": SUBJECTS.get(row.subject_type, row.subject_type),
            "url": reverse("visits:detail", args=[row.subject_id])
            if row.subject_type == "visits.visit"
            else "",
            "fields": [
                {"name": FIELDS.get(name, name), "old": _said(old), "new": _said(new)}
                for name, (old, new) in row.changes.items()
            ],
        }
        for row in rows[:LISTED]
    ]
    return {"late_changes": told, "late_changes_count": rows.count()}


def _said(value: Any) -> str:
    words = {True: _("yes"), False: _("no"), None: "–"}
    evidence = {one.name.lower(): one.label for one in Evidence}
    return str(words[value] if value is None or isinstance(value, bool) else evidence.get(value, value))


def score(*, actor: User, score: Score) -> dict[str, Any]:
    """Return everything of a score's page."""
    gap = selectors.gap_to_next(actor=actor, score=score)
    before = selectors.previous_score(actor=actor, score=score)
    caps: dict[str, Decimal] = dict(score.run.scheme.items.values_list("indicator", "cap"))
    return {
        "score": score,
        "period": score.run.period,
        "run": score.run,
        "is_current": score.run.period.current_run_id == score.run_id,
        "is_own": score.level == Level.MANAGER and score.subject_id == actor.pk,
        "gap": gap,
        "before": before,
        "change": score.total - before.total if before else None,
        "lines": explain(score=score, caps=caps, gap=gap.points if gap else None, before=before),
        "sees_bank_rank": policies.sees_bank_rank(actor, score),
    }
