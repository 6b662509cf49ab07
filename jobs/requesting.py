"""Asking for a job: a row first and a message second."""

import logging
import socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gridbank.celery import app
from jobs.models import JobRun

logger = logging.getLogger("gridbank.jobs")

# the task is sent by its name: it stands above this module and runs what is asked for here
RUN_JOB = "jobs.run_job"


def request_job(
    *,
    kind: str,
    subject: str,
    bank_id: int | None = None,
    arguments: dict[str, Any] | None = None,
    actor: Any = None,
    again: bool = False,
) -> JobRun:
    """Ask for a piece of work; asking twice gives one row. `again` reopens a finished one.

    The people of the bank may see how far it is; work without a bank is shown to nobody.
    Call inside the transaction that needs the work: the message is sent only after commit.
    """
    now = timezone.now()
    fresh = {"bank_id": bank_id, "arguments": arguments or {}, "requested_by": actor, "requested_at": now}
    with transaction.atomic():
        job, created = JobRun.objects.get_or_create(kind=kind, subject=subject, defaults=fresh)
        if not created and again:
            created = bool(
                JobRun.objects.filter(pk=job.pk)
                .exclude(status__in=[JobRun.Status.PENDING, JobRun.Status.RUNNING])
                .update(
                    **fresh, status=JobRun.Status.PENDING, attempts=0, owner="", message="", result={},
                    progress_done=0, progress_total=0, started_at=None, finished_at=None, published_at=None,
                )
            )  # fmt: skip
            job.refresh_from_db()
    if created:
        transaction.on_commit(lambda: publish(job.pk))
    return job


def publish(job_id: int) -> bool:
    """Send the message for a job. A broker that is down is not an error: the sweeper tries again."""
    try:
        _knock(settings.CELERY_BROKER_URL)
        app.send_task(RUN_JOB, kwargs={"job_id": job_id}, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001  any broker, any fault: the row stays pending
        logger.warning("job %s not published: %s", job_id, type(error).__name__)
        return False
    JobRun.objects.filter(pk=job_id).update(published_at=timezone.now())
    return True


def _knock(url: str) -> None:
    """Ask whether the broker's machine listens: its client would try for seconds. Raises OSError."""
    address = urlsplit(url)
    if address.scheme in {"redis", "rediss"}:
        socket.create_connection((address.hostname or "localhost", address.port or 6379), timeout=1).close()
