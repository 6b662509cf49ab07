"""A worker's hold on a job: taken on the row, kept by heartbeat, asked for in the transaction that writes results."""

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F, Q
from django.utils import timezone

from gridbank.turns import locked
from jobs.models import JobRun

logger = logging.getLogger("gridbank.jobs")

MAX_ATTEMPTS = 5
BEATS_PER_LEASE = 3


class LeaseLostError(RuntimeError):
    """Another worker owns the job now; whatever this one did is rolled back."""


def lease_length() -> timedelta:
    """Return how long a silent worker keeps its job."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


@dataclass(frozen=True)
class Lease:
    """A worker's hold on a job."""

    job_id: int
    owner: str
    arguments: dict[str, Any]
    requested_by_id: int | None

    def _held(self) -> Any:
        return JobRun.objects.filter(pk=self.job_id, owner=self.owner, status=JobRun.Status.RUNNING)

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Tell how far the work is and renew the lease. Raises LeaseLostError."""
        now = timezone.now()
        held = self._held().update(
            progress_done=done,
            progress_total=total,
            message=message[:300],
            heartbeat_at=now,
            lease_until=now + lease_length(),
        )
        if not held:
            raise LeaseLostError

    def fence(self) -> None:
        """Call inside the transaction that writes results: holds the row until commit. Raises LeaseLostError."""
        if not locked(self._held()).exists():
            raise LeaseLostError

    def complete(self, result: dict[str, Any]) -> None:
        """End the job inside the transaction that writes its results: both or neither. Raises LeaseLostError."""
        if not end(self, JobRun.Status.DONE, result=result):
            raise LeaseLostError

    def renew(self) -> bool:
        """Say that the work goes on; False when somebody else has it."""
        now = timezone.now()
        return bool(self._held().update(heartbeat_at=now, lease_until=now + lease_length()))


def take(job_id: int) -> Lease | None:
    """Take a job that is pending or whose worker is dead; None when someone else has it."""
    now, owner = timezone.now(), secrets.token_hex(16)
    free = Q(status=JobRun.Status.PENDING) | Q(status=JobRun.Status.RUNNING, lease_until__lt=now)
    taken = JobRun.objects.filter(free, pk=job_id, attempts__lt=MAX_ATTEMPTS).update(
        status=JobRun.Status.RUNNING,
        owner=owner,
        attempts=F("attempts") + 1,
        started_at=now,
        heartbeat_at=now,
        lease_until=now + lease_length(),
    )
    if not taken:
        return None
    job = JobRun.objects.get(pk=job_id)
    return Lease(job.pk, owner, job.arguments, job.requested_by_id)


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Renew the lease while the handler works, on a connection of its own."""
    over = threading.Event()
    # a test's transaction: another connection would not see the row
    alone = connection.in_atomic_block

    def beat() -> None:
        try:
            while not over.wait(settings.JOB_LEASE_SECONDS / BEATS_PER_LEASE):
                try:
                    if not lease.renew():
                        # the handler learns it at its next progress() or fence()
                        return
                except DatabaseError as error:
                    logger.warning("job %s: heartbeat missed: %s", lease.job_id, type(error).__name__)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{lease.job_id}", daemon=True)
    if not alone:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if not alone:
            thread.join(timeout=5)


def hand_back(lease: Lease) -> None:
    """Put an interrupted job back; if even that fails, the lease runs out and the sweeper finds it."""
    try:
        JobRun.objects.filter(pk=lease.job_id, owner=lease.owner, status=JobRun.Status.RUNNING).update(
            status=JobRun.Status.PENDING, owner="", lease_until=None, published_at=timezone.now()
        )
    except DatabaseError as error:
        logger.warning("job %s not handed back: %s", lease.job_id, type(error).__name__)


def is_done(lease: Lease) -> bool:
    """Say whether the job was ended under this lease."""
    return JobRun.objects.filter(pk=lease.job_id, owner=lease.owner, status=JobRun.Status.DONE).exists()


def end(lease: Lease, status: str, **fields: Any) -> bool:
    """End the job if this worker still holds it; False when somebody else has it."""
    return bool(
        JobRun.objects.filter(pk=lease.job_id, owner=lease.owner, status=JobRun.Status.RUNNING).update(
            status=status, finished_at=timezone.now(), lease_until=None, **fields
        )
    )
