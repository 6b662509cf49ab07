"""Computing a month: asked for as a job, frozen, scored, swapped in."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.said import refuse_unsaid, said
from audit.services import record, recorded_last
from gridbank.days import month_before, month_first, month_last
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, visible_or_404, waive_scope
from grids.authority import Act, require, why_not
from grids.models import Grid, banks_of
from jobs.handlers import handler
from jobs.leases import Lease, LeaseLostError
from jobs.models import JobRun
from jobs.requesting import request_job
from people.models import User
from performance import computing, facts, policies, scoring, selectors
from performance.actions import Action
from performance.enums import PeriodStatus, RunKind
from performance.indicators import INDICATORS, Window
from performance.models import Period, Run
from performance.services.months import period_open
from performance.services.rows import banks, drop_runs, lock_row, locked_period, refuse_final
from performance.services.schemes import refuse_unsigned
from performance.services.targets import targets_apply

RANK = "performance.rank"


@transaction.atomic
def _begin(
    *, actor: User | None, period: Period, kind: RunKind, as_of: date, again: bool
) -> tuple[Run, bool]:
    """Start an attempt; or return the finished closing run, which stands unless asked for `again`."""
    period = locked_period(period.pk)
    with waive_scope("a month belongs to the whole bank"):
        current = period.current_run
        if kind == RunKind.CLOSING and current and current.kind == RunKind.CLOSING and not again:
            return current, False
        refuse_final(period)
        refuse_unsigned(period.scheme)
        # who leads what may have changed since they were signed
        targets_apply(period)
        runs = Run.objects.filter(period=period)
        drop_runs(runs.filter(finished_at=None))
        attempt = (runs.aggregate(last=Max("attempt"))["last"] or 0) + 1
        if period.status == PeriodStatus.OPEN:
            period.status = PeriodStatus.COMPUTING
            period.save(update_fields=["status"])
        run = Run.objects.create(
            grid_id=period.grid_id, period=period, scheme_id=period.scheme_id, attempt=attempt, kind=kind,
            as_of=as_of, rules_version=scoring.RULES_VERSION,
        )  # fmt: skip
    record(
        actor=actor, action=Action.PERIOD_BEGUN, subject=period, changes={"run": run.pk, "attempt": attempt}
    )
    return run, True


def _hold(run: Run) -> None:
    """Keep the run from being removed until commit. Raises LeaseLostError when it was: another attempt began."""
    if lock_row(Run.objects.filter(pk=run.pk, finished_at=None)) is None:
        raise LeaseLostError


def _freeze_all(run: Run, ground: facts.Ground, window: Window, lease: Lease | None) -> int:
    """Copy every indicator's facts, one short transaction each, telling how far it is."""
    keys = sorted(run.scheme.items.values_list("indicator", flat=True))
    count = last = 0
    with facts.prepared(ground, window):
        for done, key in enumerate(keys):
            if lease:
                lease.progress(done, len(keys) + 1)
            with transaction.atomic():
                _hold(run)
                frozen, last = facts.freeze(run, INDICATORS[key], window, last)
                count += frozen
    if lease:
        lease.progress(len(keys), len(keys) + 1)
    return count


@transaction.atomic
def _swap_in(run: Run, results: list[scoring.Result], *, actor: User | None, lease: Lease | None) -> None:
    """Make the attempt the month's current one, in one step, if this worker still holds the job."""
    if lease:
        lease.fence()
    period = locked_period(run.period_id)
    refuse_final(period)
    run.period = period
    computing.keep(run, results)
    run.finished_at = timezone.now()
    with waive_scope("a month belongs to the whole bank"):
        run.save(update_fields=["inputs", "facts_count", "root_hash", "scores_hash", "finished_at"])
        period.current_run, period.status = run, PeriodStatus.PROVISIONAL
        period.save(update_fields=["current_run", "status"])
    record(
        actor=actor,
        action=Action.PERIOD_COMPUTED,
        subject=period,
        changes={"run": run.pk, "attempt": run.attempt, "facts": run.facts_count, "root_hash": run.root_hash},
    )


def run_compute(
    *, bank: Grid, month: date, actor: User | None = None, lease: Lease | None = None, again: bool = False
) -> Run:
    """Compute a month now: a closed one up to its end, the running one up to today. Raises Refused, PermissionDenied.

    Facts go into an unfinished run that nobody sees; the swap at the end is one transaction under the
    job's lease. Whoever dies or loses the lease on the way leaves an unfinished run, which the next
    attempt removes. A closed month that was computed stands, unless `again`.
    """
    require(actor, Act.MONTH_REFRESH, bank)
    today = timezone.localdate()
    if month > today:
        raise Refused(_("This month has not begun."))
    kind = RunKind.CLOSING if month_last(month) < today else RunKind.RUNNING
    as_of = min(month_last(month), today)
    period = period_open(actor=actor, bank=bank, month=month)
    run, fresh = _begin(actor=actor, period=period, kind=kind, as_of=as_of, again=again)
    if not fresh:
        return run
    window = Window(month, as_of, confirmed_only=run.scheme.confirmed_only)
    ground = facts.ground_of(bank, window)
    run.facts_count = _freeze_all(run, ground, window, lease)
    sums = facts.sums_of(run.pk)
    run.inputs = computing.collect_inputs(
        bank=bank, period=period, scheme=run.scheme, ground=ground, window=window, sums=sums, kind=kind
    )
    run.root_hash = facts.root_hash(run.pk, run.inputs)
    results = scoring.score(computing.parse_inputs(run.inputs), sums)
    run.scores_hash = scoring.scores_hash(results)
    _swap_in(run, results, actor=actor, lease=lease)
    return run


@transaction.atomic
def superseded_drop(*, period: Period) -> None:
    """Remove a month's older computations, all but the one before the current: nobody put his name to them.

    Done once the new one stands: nobody waits for it, and what is left by a worker that died goes the next time.
    """
    period = locked_period(period.pk)
    older = Run.objects.filter(period=period, finished_at__isnull=False).exclude(pk=period.current_run_id)
    drop_runs(older.exclude(pk__in=older.order_by("-attempt").values("pk")[:1]))


@transaction.atomic
@recorded_last()
def request_month(*, actor: User | None, bank: Grid, month: date, again: bool = False) -> JobRun:
    """Ask for a month's computation. A closed month is computed once however often it is asked for.

    `again` recomputes a closed month that isn't published yet; the running month is always computed anew.
    `actor` None is beat. Raises OutOfSight, PermissionDenied, Refused.
    """
    today = timezone.localdate()
    if month > today:
        raise Refused(_("This month has not begun."))
    running = month_last(month) >= today
    if actor is not None and bank.pk not in banks_of(actor):
        raise OutOfSight
    period = period_open(actor=actor, bank=bank, month=month)
    if actor is not None:
        visible_or_404(selectors.period_list(actor=actor), pk=period.pk)
        refuse_final(period)
        require(actor, policies.refreshing(period), bank)
    subject = selectors.job_subject(bank, month)
    with waive_scope("a month belongs to the whole bank"):
        closed = period.current_run is not None and period.current_run.kind == RunKind.CLOSING
    job = request_job(
        kind=RANK,
        subject=subject,
        bank_id=bank.pk,
        arguments={"bank": bank.pk, "month": month.isoformat(), "again": again},
        actor=actor,
        again=running or again or not closed,
    )
    if again and not job.arguments.get("again"):
        raise Refused(_("This month is being computed already. Ask once more when that is done."))
    record(actor=actor, action=Action.PERIOD_REQUESTED, subject=period, changes={"job": job.pk})
    return job


@handler(RANK)
def _rank(lease: Lease) -> dict[str, Any]:
    """Do the job of a month."""
    with waive_scope("the job was allowed when it was asked for"):
        bank = Grid.objects.get(pk=lease.arguments["bank"])
    actor = User.objects.filter(pk=lease.requested_by_id or 0).first()
    # he may have lost his part since he asked
    if why := why_not(actor, Act.MONTH_REFRESH, bank):
        raise Refused(why)
    month = date.fromisoformat(lease.arguments["month"])
    refuse_unsaid(is_said=actor is None or _asked_by(actor, bank, month))
    run = run_compute(bank=bank, month=month, actor=actor, lease=lease, again=lease.arguments["again"])
    superseded_drop(period=run.period)
    return {"run": run.pk, "attempt": run.attempt, "facts": run.facts_count, "root_hash": run.root_hash}


def _asked_by(actor: User, bank: Grid, month: date) -> bool:
    """Whether the trail says that he asked for it: a job's row is anybody's to write who may write rows."""
    with waive_scope("a month belongs to the whole bank"):
        period = Period.objects.filter(grid=bank, month=month).first()
    return period is not None and actor.pk in {
        event.actor_id for event in said(period, Action.PERIOD_REQUESTED)
    }


def request_closed_month() -> list[JobRun]:
    """Ask for the month before this one, for every bank where it has not been computed since it closed."""
    month = month_before(timezone.localdate(), 1)
    with waive_scope("the nightly work is about every bank"):
        done = Period.objects.filter(month=month, current_run__kind=RunKind.CLOSING).values_list(
            "grid_id", flat=True
        )
        waiting = [bank for bank in banks() if bank.pk not in set(done)]
    return [request_month(actor=None, bank=bank, month=month) for bank in waiting]


def request_running_month() -> list[JobRun]:
    """Ask for the running month, for every bank."""
    month = month_first(timezone.localdate())
    return [request_month(actor=None, bank=bank, month=month) for bank in banks()]
