"""Job rows in a state that a test needs."""

from datetime import timedelta

from django.utils import timezone

from jobs.models import JobRun


def age(job: JobRun, **fields) -> None:
    JobRun.objects.filter(pk=job.pk).update(**fields)


def long_ago() -> dict:
    return {"lease_until": timezone.now() - timedelta(seconds=1)}
