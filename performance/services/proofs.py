"""Proving a month: computed again from what was frozen, byte by byte."""

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from audit.verification import tell, verify
from gridbank.errors import NotAllowed, Refused
from gridbank.scoping import visible_or_404, waive_scope
from grids.authority import Act, require
from jobs.handlers import handler
from jobs.leases import Lease
from jobs.models import JobRun
from jobs.requesting import request_job
from people.models import User
from people.policies import reads_trail
from performance import computing, facts, policies, proved, scoring, selectors
from performance.actions import Action
from performance.models import Period, Run
from performance.services.seals import broken_seals

logger = logging.getLogger("gridbank.performance")

VERIFY = selectors.VERIFY


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


def computed_periods(*, month: date, bank_code: str | None = None) -> list[Period]:
    """Return a month's computed periods, of one bank or of all, for the commands."""
    with waive_scope("a command is run by whoever runs the server"):
        periods = Period.objects.filter(month=month, current_run__isnull=False).select_related("grid")
        return list(periods.filter(grid__code=bank_code) if bank_code else periods)


def verify_period(period: Period) -> Verification:
    """Compute a month again from its frozen facts and inputs and compare bytes and hashes. Raises Refused.

    Differences: `facts` (the root hash), `inputs` (unreadable), `scores` (what the rules give now),
    `rows` (what the tables hold); and what `broken_seals` names.
    """
    with waive_scope("a proof looks at the whole month"):
        # what is stored is proven, not what the caller holds
        period = Period.objects.select_related("current_run").get(pk=period.pk)
        run = period.current_run
        if run is None:
            raise Refused(_("This month has not been computed."))
        differences = stored_differences(run)
        differences += broken_seals(period, run)
    return Verification(run.pk, run.facts_count, run.root_hash, tuple(differences))


def stored_differences(run: Run) -> list[str]:
    """Return what a computation stored isn't what its own facts and inputs give; call it under a waiver."""
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
    return differences


@transaction.atomic
def request_verification(*, actor: User | None, period: Period) -> JobRun:
    """Ask for the proof of a month; the job's result holds what was found."""
    if actor is not None and reads_trail(actor):
        period = visible_or_404(proved.provable(actor=actor), pk=period.pk)
    elif actor is not None:
        period = visible_or_404(selectors.period_list(actor=actor), pk=period.pk)
        require(actor, Act.MONTH_VERIFY, period.grid)
    job = request_job(
        kind=VERIFY,
        subject=selectors.job_subject(period.grid, period.month),
        bank_id=period.grid_id,
        arguments={"period": period.pk},
        actor=actor,
        again=True,
    )
    record(actor=actor, action=Action.PERIOD_VERIFICATION_REQUESTED, subject=period, changes={"job": job.pk})
    return job


@transaction.atomic
def request_trail_proof(*, actor: User) -> JobRun:
    """Ask for the proof of the trail now, beside that of every night; the job's result holds what was found."""
    if not reads_trail(actor):
        raise NotAllowed(_("Verifying the audit log is up to the auditor."))
    job = request_job(kind=proved.TRAIL, subject=proved.ONLY, actor=actor, again=True)
    record(actor=actor, action=Action.TRAIL_PROOF_REQUESTED, changes={"job": job.pk})
    return job


@handler(proved.TRAIL)
def _prove_trail(_lease: Lease) -> dict[str, Any]:
    """Walk the chain and tell what was found, as every night."""
    report = verify()
    with transaction.atomic():
        tell(report)
    if not report.is_whole:
        logger.error("the audit trail is broken: %s", "; ".join(report.breaks))
    return {"ok": report.is_whole, "count": report.count, "head": report.head, "breaks": report.breaks}


def request_verifications() -> list[JobRun]:
    """Ask for the proof of every final month."""
    with waive_scope("the nightly work is about every bank"):
        periods = list(Period.objects.filter(status__in=policies.FINAL).select_related("grid"))
    return [request_verification(actor=None, period=period) for period in periods]


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
            action=Action.PERIOD_VERIFICATION_FAILED,
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
