"""What the last proofs found, for the auditor: of the trail and of every signed month, and nothing of what these hold."""

from dataclasses import dataclass

from django.db.models import QuerySet

from audit.actions import Action
from audit.models import AuditEvent
from jobs.models import JobRun
from people.models import User
from people.policies import reads_trail
from performance.models import Period
from performance.policies import FINAL
from performance.selectors import VERIFY, job_subject

TRAIL, ONLY = "audit.prove", "trail"
SHOWN = 60


@dataclass(frozen=True)
class MonthProof:
    """A signed month and its last proof, if anybody asked for one."""

    period: Period
    job: JobRun | None


@dataclass(frozen=True)
class TrailProof:
    """The last proof of the trail, tonight's or one that was asked for, and the one that is asked for now."""

    last: AuditEvent | None
    job: JobRun | None

    @property
    def is_whole(self) -> bool:
        """Whether the last proof found nothing wrong."""
        return self.last is not None and self.last.action == Action.TRAIL_PROVED


def provable(*, actor: User) -> QuerySet[Period]:
    """Return the months that somebody signed, newest first: for the auditor, who is of no bank, those of all."""
    if not reads_trail(actor):
        return Period.objects.none()
    signed: QuerySet[Period] = QuerySet(Period)
    return signed.filter(status__in=FINAL).select_related("grid").order_by("-month", "grid__code", "pk")


def month_proofs(*, actor: User) -> list[MonthProof]:
    """Return the newest signed months with their last proofs."""
    periods = list(provable(actor=actor)[:SHOWN])
    subjects = {job_subject(period.grid, period.month): period.pk for period in periods}
    jobs = {job.subject: job for job in JobRun.objects.filter(kind=VERIFY, subject__in=subjects)}
    return [MonthProof(period, jobs.get(job_subject(period.grid, period.month))) for period in periods]


def trail_proof(*, actor: User) -> TrailProof:
    """Return what the last proof of the trail found."""
    if not reads_trail(actor):
        return TrailProof(None, None)
    told = AuditEvent.objects.filter(action__in=(Action.TRAIL_BROKEN, Action.TRAIL_PROVED))
    return TrailProof(told.order_by("-pk").first(), JobRun.objects.filter(kind=TRAIL, subject=ONLY).first())
