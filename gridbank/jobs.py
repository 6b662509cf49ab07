"""Background work that no crash can lose or double.

A job is a row first and a message second. A worker takes the row under a lease, renews it by heartbeat
and writes its results in the same transaction that checks the lease; whoever lost the lease loses the
write. A sweeper publishes rows whose message was lost and takes over rows whose worker died.
"""

import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from gridbank.errors import Refused
from gridbank.models import JobRun

logger = logging.getLogger("gridbank.jobs")

MAX_ATTEMPTS = 5
WAIT_SECONDS = 0.5
BEATS_PER_LEASE = 3
INTERRUPTED_TOO_OFTEN = "The work was interrupted too often."


def lease_length() -> timedelta:
    """Return how long a silent worker keeps its job."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def republish_after() -> timedelta:
    """Return how long a published job may wait before its message counts as lost."""
    return timedelta(seconds=settings.JOB_REPUBLISH_SECONDS)


Work = Callable[["Lease"], dict[str, Any]]
_handlers: dict[str, Work] = {}


class LeaseLostError(RuntimeError):
    """Another worker owns the job now; whatever this one did is rolled back."""


def handler(kind: str) -> Callable[[Work], Work]:
    """Register the function that does jobs of a kind; it gets the lease and returns the result."""

    def register(work: Work) -> Work:
        _handlers[kind] = work
        return work

    return register


def kinds() -> list[str]:
    """Return every kind of job that this installation can do."""
    return sorted(_handlers)


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
        if not self._held().select_for_update().exists():
            raise LeaseLostError

    def complete(self, result: dict[str, Any]) -> None:
        """End the job inside the transaction that writes its results: both or neither. Raises LeaseLostError."""
        if not _finish(self, JobRun.Status.DONE, result=result):
            raise LeaseLostError

    def renew(self) -> bool:
        """Say that the work goes on; False when somebody else has it."""
        now = timezone.now()
        return bool(self._held().update(heartbeat_at=now, lease_until=now + lease_length()))


def request_job(
    *,
    kind: str,
    subject: str,
    arguments: dict[str, Any] | None = None,
    actor: Any = None,
    again: bool = False,
) -> JobRun:
    """Ask for a piece of work; asking twice gives one row. `again` reopens a finished one.

    Call inside the transaction that needs the work: the message is sent only after commit.
    """
    now = timezone.now()
    fresh = {"arguments": arguments or {}, "requested_by": actor, "requested_at": now}
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
    from gridbank.tasks import run_job  # noqa: PLC0415  tasks import jobs

    try:
        _knock(settings.CELERY_BROKER_URL)
        run_job.apply_async(kwargs={"job_id": job_id}, retry=False)
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


def _take(job_id: int) -> Lease | None:
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


def run(job_id: int) -> bool:
    """Do a job now, in this process. Return whether this call did it.

    The handler's writes are its own transactions: it calls `lease.fence()` inside the transaction that
    swaps its results in, or `lease.complete(…)` to end the job in that same transaction, and must be safe
    to start again from the beginning. While it works, a thread keeps the lease.
    """
    lease = _take(job_id)
    if lease is None:
        return False
    kind = JobRun.objects.values_list("kind", flat=True).get(pk=job_id)
    try:
        with _heartbeat(lease):
            result = _handlers[kind](lease)
    except LeaseLostError:
        logger.warning("job %s: lease lost", job_id)
        return False
    except OperationalError as error:
        logger.warning("job %s interrupted: %s; it is tried again", job_id, type(error).__name__)
        _hand_back(lease)
        return False
    except Exception as error:
        logger.exception("job %s failed", job_id)
        # only a refusal is a sentence for people; any other text could quote a customer's data
        message = str(error) if isinstance(error, Refused) else type(error).__name__
        _finish(lease, JobRun.Status.FAILED, message=message[:300])
        return False
    return _finish(lease, JobRun.Status.DONE, result=result) or _is_done(lease)


def finish(job_id: int) -> JobRun:
    """Do a job in this process, or wait for the worker that has it; return it ended, done or failed."""
    while True:
        run(job_id)
        job = JobRun.objects.get(pk=job_id)
        if job.status in {JobRun.Status.DONE, JobRun.Status.FAILED}:
            return job
        if job.attempts >= MAX_ATTEMPTS:
            sweep()  # gives up on what keeps dying, once its last worker is silent
        time.sleep(WAIT_SECONDS)


@contextmanager
def _heartbeat(lease: Lease) -> Iterator[None]:
    """Renew the lease while the handler works, on a connection of its own."""
    over = threading.Event()
    alone = connection.in_atomic_block  # a test's transaction: another connection would not see the row

    def beat() -> None:
        try:
            while not over.wait(settings.JOB_LEASE_SECONDS / BEATS_PER_LEASE):
                try:
                    if not lease.renew():
                        return  # the handler learns it at its next progress() or fence()
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


def _hand_back(lease: Lease) -> None:
    """Put an interrupted job back; if even that fails, the lease runs out and the sweeper finds it."""
    try:
        JobRun.objects.filter(pk=lease.job_id, owner=lease.owner, status=JobRun.Status.RUNNING).update(
            status=JobRun.Status.PENDING, owner="", lease_until=None, published_at=timezone.now()
        )
    except DatabaseError as error:
        logger.warning("job %s not handed back: %s", lease.job_id, type(error).__name__)


def _is_done(lease: Lease) -> bool:
    return JobRun.objects.filter(pk=lease.job_id, owner=lease.owner, status=JobRun.Status.DONE).exists()


def _finish(lease: Lease, status: str, **fields: Any) -> bool:
    return bool(
        JobRun.objects.filter(pk=lease.job_id, owner=lease.owner, status=JobRun.Status.RUNNING).update(
            status=status, finished_at=timezone.now(), lease_until=None, **fields
        )
    )


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
