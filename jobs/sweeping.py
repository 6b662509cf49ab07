"""Finding jobs whose message was lost or whose worker died."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from jobs.leases import MAX_ATTEMPTS
from jobs.models import JobRun
from jobs.requesting import publish

INTERRUPTED_TOO_OFTEN = "The work was interrupted too often."


def republish_after() -> timedelta:
    """Return how long a published job may wait before its message counts as lost."""
    return timedelta(seconds=settings.JOB_REPUBLISH_SECONDS)


def sweep() -> dict[str, int]:
    """Publish what was never picked up, take over what died, give up on what keeps dying."""
    now = timezone.now()
    silent = Q(published_at__isnull=True) | Q(published_at__lt=now - republish_after())
    lost = JobRun.objects.filter(silent, status=JobRun.Status.PENDING)
    dead = JobRun.objects.filter(status=JobRun.Status.RUNNING, lease_until__lt=now)
    worn_out = JobRun.objects.filter(attempts__gte=MAX_ATTEMPTS)
    given_up = worn_out.filter(Q(status=JobRun.Status.PENDING) | Q(pk__in=dead.values("pk"))).update(
        status=JobRun.Status.FAILED, finished_at=now, message=INTERRUPTED_TOO_OFTEN
    )
    waiting = list((lost | dead).values_list("pk", flat=True))
    return {"published": sum(publish(pk) for pk in waiting), "given_up": given_up}
