"""Job rows in a state that a test needs, and rows for the nets."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from jobs.models import JobRun
from tests.nets.making import ABSENT, Kwargs


def age(job: JobRun, **fields) -> None:
    JobRun.objects.filter(pk=job.pk).update(**fields)


def long_ago() -> dict:
    return {"lease_until": timezone.now() - timedelta(seconds=1)}


def rank_job(world: Any, whose: str) -> Kwargs:
    """A month's job of one's own bank; the stranger's is of another."""
    root = world.cast.root
    names = {"mine": (root.pk, f"{root.code}:2026-01"), "theirs": (root.pk + ABSENT, "OTHER:2026-01")}
    if whose not in names:
        return {"pk": ABSENT}
    bank, subject = names[whose]
    values = {"requested_at": timezone.now(), "bank_id": bank}
    found, _made = JobRun.objects.get_or_create(kind="performance.rank", subject=subject, defaults=values)
    return {"pk": found.pk}


MAKE: dict[str, Any] = {}
ROWS = {"jobs:job": rank_job, "job-detail": rank_job}
