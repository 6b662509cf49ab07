"""Writing months: opened, computed, published, locked; never back."""

import calendar
import logging
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.jobs import Lease, LeaseLostError, handler, request_job
from gridbank.models import JobRun
from gridbank.scoping import OutOfSight, visible_or_404, waive_scope
from grids.enums import Tier
from grids.models import Grid
from grids.selectors import grid_list, works_elsewhere
from people.enums import Role
from people.models import User
from performance import computing, facts, policies, scoring, selectors
from performance.enums import PeriodStatus, RunKind
from performance.indicators import INDICATORS, Window
from performance.models import Fact, Period, Run, Score, ScoreLine, Target
from performance.schemes import scheme_in_force

logger = logging.getLogger("gridbank.performance")

RANK = "performance.rank"
VERIFY = "performance.verify"


def month_end(month: date) -> date:
    """Return the last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def job_subject(bank: Grid, month: date) -> str:
    """Name a month's work in the job table."""
    return f"{bank.code}:{month:%Y-%m}"


def banks() -> list[Grid]:
    """Return every bank's head office, for the work that beat asks for."""
    with waive_scope("the nightly work is about every bank"):
        return list(Grid.objects.filter(tier=Tier.HEAD_OFFICE).order_by("pk"))


@transaction.atomic
def period_open(*, actor: User | None, bank: Grid, month: date) -> Period:
    """Open a bank's month under the scheme then in force; an open one is returned as it is."""
    with waive_scope("a month belongs to the whole bank"):
        period, created = Period.objects.get_or_create(
            grid=bank, month=month, defaults={"scheme": scheme_in_force(month)}
        )
    if created:
        record(actor=actor, action="period.opened", subject=period, changes={"month": f"{month:%Y-%m}"})
    return period


def _locked(rows: QuerySet[Any]) -> Any:
    """Read one row under a lock, whoever asked for the work; None when it is gone."""
    with waive_scope("a month belongs to the whole bank"):
        return rows.select_for_update(of=("self",)).first()


def _locked_period(pk: int) -> Period:
    period: Period = _locked(Period.objects.filter(pk=pk))
    return period


def _refuse_final(period: Period) -> None:
    if period.status in policies.FINAL:
        raise Refused(_("This month is published. Corrections go into an open month."))


def _drop(runs: QuerySet[Run]) -> None:
    """Remove computations that nobody put his name to, with their rows; not while a worker adds to one."""
    with waive_scope("a superseded computation goes as a whole"):
        keys = [run.pk for run in runs.select_for_update(of=("self",)).order_by("pk")]
        for rows in (
            ScoreLine.objects.filter(score__in=Score.objects.filter(run_id__in=keys)),
            Score.objects.filter(run_id__in=keys),
            Fact.objects.filter(run_id__in=keys),
            Run.objects.filter(pk__in=keys),
        ):
            rows._raw_delete(rows.db)


@transaction.atomic
def _begin(*, period: Period, kind: RunKind, as_of: date, again: bool) -> tuple[Run, bool]:
    """Start an attempt; or return the finished closing run, which stands unless asked for `again`."""
    period = _locked_period(period.pk)
    with waive_scope("a month belongs to the whole bank"):
        current = period.current_run
        if kind == RunKind.CLOSING and current and current.kind == RunKind.CLOSING and not again:
            return current, False
        _refuse_final(period)
        runs = Run.objects.filter(period=period)
        _drop(runs.filter(finished_at=None))
        attempt = (runs.aggregate(last=Max("attempt"))["last"] or 0) + 1
        if period.status == PeriodStatus.OPEN:
            period.status = PeriodStatus.COMPUTING
            period.save(update_fields=["status"])
        return Run.objects.create(
            grid_id=period.grid_id, period=period, scheme_id=period.scheme_id, attempt=attempt, kind=kind,
            as_of=as_of, rules_version=scoring.RULES_VERSION,
        ), True  # fmt: skip


def _hold(run: Run) -> None:
    """Keep the run from being removed until commit. Raises LeaseLostError when it was: another attempt began."""
    if _locked(Run.objects.filter(pk=run.pk, finished_at=None)) is None:
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
    period = _locked_period(run.period_id)
    _refuse_final(period)
    run.period = period
    computing.keep(run, results)
    run.finished_at = timezone.now()
    with waive_scope("a month belongs to the whole bank"):
        run.save(update_fields=["inputs", "facts_count", "root_hash", "scores_hash", "finished_at"])
        superseded = Run.objects.filter(period=period).exclude(
            pk__in=[run.pk, period.current_run_id or run.pk]
        )
        period.current_run, period.status = run, PeriodStatus.PROVISIONAL
        period.save(update_fields=["current_run", "status"])
        _drop(superseded)
    record(
        actor=actor,
        action="period.computed",
        subject=period,
        changes={"run": run.pk, "attempt": run.attempt, "facts": run.facts_count, "root_hash": run.root_hash},
    )


def run_compute(
    *, bank: Grid, month: date, actor: User | None = None, lease: Lease | None = None, again: bool = False
) -> Run:
    """Compute a month now: a closed one up to its end, the running one up to today. Raises Refused.

    Facts go into an unfinished run that nobody sees; the swap at the end is one transaction under the
    job's lease. Whoever dies or loses the lease on the way leaves an unfinished run, which the next
    attempt removes. A closed month that was computed stands, unless `again`.
    """
    today = timezone.localdate()
    if month > today:
        raise Refused(_("This month has not begun."))
    kind = RunKind.CLOSING if month_end(month) < today else RunKind.RUNNING
    window = Window(month, min(month_end(month), today))
    period = period_open(actor=actor, bank=bank, month=month)
    run, fresh = _begin(period=period, kind=kind, as_of=window.as_of, again=again)
    if not fresh:
        return run
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
def request_month(*, actor: User | None, bank: Grid, month: date, again: bool = False) -> JobRun:
    """Ask for a month's computation. A closed month is computed once however often it is asked for.

    `again` recomputes a closed month that isn't published yet; the running month is always computed anew.
    `actor` None is beat. Raises Refused.
    """
    today = timezone.localdate()
    if month > today:
        raise Refused(_("This month has not begun."))
    running = month_end(month) >= today
    period = period_open(actor=actor, bank=bank, month=month)
    if actor is not None:
        visible_or_404(selectors.period_list(actor=actor), pk=period.pk)
        _refuse_final(period)
        if not policies.can_refresh(actor, period):
            raise PermissionDenied
    subject = job_subject(bank, month)
    with waive_scope("a month belongs to the whole bank"):
        closed = period.current_run is not None and period.current_run.kind == RunKind.CLOSING
    job = request_job(
        kind=RANK,
        subject=subject,
        arguments={"bank": bank.pk, "month": month.isoformat(), "again": again},
        actor=actor,
        again=running or again or not closed,
    )
    record(actor=actor, action="period.requested", subject=period, changes={"job": job.pk})
    return job


@handler(RANK)
def _rank(lease: Lease) -> dict[str, Any]:
    """Do the job of a month."""
    with waive_scope("the job was allowed when it was asked for"):
        bank = Grid.objects.get(pk=lease.arguments["bank"])
    actor = User.objects.filter(pk=lease.requested_by_id or 0).first()
    month = date.fromisoformat(lease.arguments["month"])
    run = run_compute(bank=bank, month=month, actor=actor, lease=lease, again=lease.arguments["again"])
    return {"run": run.pk, "attempt": run.attempt, "facts": run.facts_count, "root_hash": run.root_hash}


@transaction.atomic
def period_publish(*, actor: User, period: Period) -> Period:
    """Put one's name to a closed month. Raises Refused."""
    visible = selectors.period_list(actor=actor).select_for_update(of=("self",))
    period = visible_or_404(visible, pk=period.pk)
    if period.status in policies.FINAL:
        raise Refused(_("This month is already published."))
    if not policies.may_refresh(actor) or actor.role != Role.HEAD_OFFICE:
        raise PermissionDenied
    if not policies.can_publish(actor, period):
        raise Refused(_("Only a closed month that has been computed can be published."))
    with waive_scope("a superseded computation goes as a whole"):
        _drop(Run.objects.filter(period=period).exclude(pk=period.current_run_id or 0))
    period.status, period.published_by, period.published_at = PeriodStatus.PUBLISHED, actor, timezone.now()
    period.save(update_fields=["status", "published_by", "published_at"])
    record(actor=actor, action="period.published", subject=period, changes=_proof(period))
    return period


@transaction.atomic
def period_lock(*, actor: User, period: Period) -> Period:
    """Lock a published month for ever; somebody else than its publisher must. Raises Refused."""
    visible = selectors.period_list(actor=actor).select_for_update(of=("self",))
    period = visible_or_404(visible, pk=period.pk)
    if actor.role != Role.HEAD_OFFICE:
        raise PermissionDenied
    if period.status != PeriodStatus.PUBLISHED:
        raise Refused(_("Only a published month can be locked."))
    if not policies.can_lock(actor, period):
        raise Refused(_("Who published a month can't lock it: a second person must."))
    period.status, period.locked_by, period.locked_at = PeriodStatus.LOCKED, actor, timezone.now()
    period.save(update_fields=["status", "locked_by", "locked_at"])
    record(actor=actor, action="period.locked", subject=period, changes=_proof(period))
    return period


def _proof(period: Period) -> dict[str, Any]:
    run = period.current_run
    return {"run": run.pk, "root_hash": run.root_hash} if run else {}


@transaction.atomic
def target_set(*, actor: User, period: Period, user: User, grid: Grid, indicator: str, value: Any) -> Target:
    """Give a person an own target in an open month. Raises Refused."""
    period = visible_or_404(selectors.period_list(actor=actor), pk=period.pk)
    if actor.role != Role.HEAD_OFFICE:
        raise PermissionDenied
    _refuse_final(period)
    grid = visible_or_404(grid_list(actor=actor), pk=grid.pk)
    if works_elsewhere(actor=actor, user=user):
        raise OutOfSight
    if grid.root_id != period.grid_id:
        raise Refused(_("The grid belongs to another bank."), field="grid")
    if indicator not in INDICATORS or not (value.is_finite() and 0 < value < 10**8):
        raise Refused(_("A target must be a number above zero."), field="value")
    with waive_scope("the month was read as this person"):
        target, _created = Target.objects.update_or_create(
            period=period, user=user, indicator=indicator, defaults={"value": value, "grid": grid}
        )
    record(
        actor=actor,
        action="target.set",
        subject=target,
        changes={"indicator": indicator, "value": str(value)},
    )
    return target


def computed_periods(*, month: date, bank_code: str | None = None) -> list[Period]:
    """Return a month's computed periods, of one bank or of all, for the commands."""
    with waive_scope("a command is run by whoever runs the server"):
        periods = Period.objects.filter(month=month, current_run__isnull=False).select_related("grid")
        return list(periods.filter(grid__code=bank_code) if bank_code else periods)


@dataclass(frozen=True)
class Verification:
    """What a proof found; `differences` names what isn't what it was."""

    run_id: int
    facts: int
    root_hash: str
    differences: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every byte is the same."""
        return not self.differences


def verify_period(period: Period) -> Verification:
    """Compute a month again from its frozen facts and inputs and compare bytes and hashes. Raises Refused.

    Differences: `facts` (the root hash), `inputs` (unreadable), `scores` (what the rules give now),
    `rows` (what the tables hold).
    """
    with waive_scope("a proof looks at the whole month"):
        run = period.current_run
        if run is None:
            raise Refused(_("This month has not been computed."))
        differences = []
        sums = facts.sums_of(run.pk)
        if facts.root_hash(run.pk, run.inputs) != run.root_hash:
            differences.append("facts")
        try:
            results = scoring.score(computing.parse_inputs(run.inputs), sums)
        except (ValueError, KeyError, TypeError):
            differences.append("inputs")
        else:
            if scoring.scores_hash(results) != run.scores_hash:
                differences.append("scores")
        if scoring.scores_hash(computing.kept(run)) != run.scores_hash:
            differences.append("rows")
    return Verification(run.pk, run.facts_count, run.root_hash, tuple(differences))


def request_closed_month() -> list[JobRun]:
    """Ask for the month before this one, for every bank where it has not been computed since it closed."""
    month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    with waive_scope("the nightly work is about every bank"):
        done = Period.objects.filter(month=month, current_run__kind=RunKind.CLOSING).values_list(
            "grid_id", flat=True
        )
        waiting = [bank for bank in banks() if bank.pk not in set(done)]
    return [request_month(actor=None, bank=bank, month=month) for bank in waiting]


def request_running_month() -> list[JobRun]:
    """Ask for the running month, for every bank."""
    month = timezone.localdate().replace(day=1)
    return [request_month(actor=None, bank=bank, month=month) for bank in banks()]


def request_verifications() -> list[JobRun]:
    """Ask for the proof of every locked month."""
    with waive_scope("the nightly work is about every bank"):
        periods = list(Period.objects.filter(status=PeriodStatus.LOCKED).select_related("grid"))
    return [request_verification(actor=None, period=period) for period in periods]


@transaction.atomic
def request_verification(*, actor: User | None, period: Period) -> JobRun:
    """Ask for the proof of a month; the job's result holds what was found."""
    if actor is not None:
        period = visible_or_404(selectors.period_list(actor=actor), pk=period.pk)
        if actor.role != Role.HEAD_OFFICE:
            raise PermissionDenied
    job = request_job(
        kind=VERIFY,
        subject=job_subject(period.grid, period.month),
        arguments={"period": period.pk},
        actor=actor,
        again=True,
    )
    record(actor=actor, action="period.verification_requested", subject=period, changes={"job": job.pk})
    return job


@handler(VERIFY)
def _verify(lease: Lease) -> dict[str, Any]:
    """Do the proof; a month that isn't what it was leaves an error in the log and an audit row."""
    with waive_scope("the job was allowed when it was asked for"):
        period = Period.objects.get(pk=lease.arguments["period"])
    found = verify_period(period)
    if not found.ok:
        logger.error("month %s of bank %s does not verify: %s", period, period.grid_id, found.differences)
        record(
            actor=None,
            action="period.verification_failed",
            subject=period,
            changes={"run": found.run_id, "differences": list(found.differences)},
        )
    return {
        "ok": found.ok,
        "differences": list(found.differences),
        "run": found.run_id,
        "facts": found.facts,
        "root_hash": found.root_hash,
    }


def is_month_closed(grid: Grid, day: date) -> bool:
    """Whether the month of a day is published or locked in the grid's bank: what arrives for it now is late."""
    with waive_scope("only whether the month is closed is told"):
        months = Period.objects.filter(grid_id=grid.root_id, month=day.replace(day=1))
        return months.filter(status__in=policies.FINAL).exists()
