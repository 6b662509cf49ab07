"""Doing a job, once, whoever else tries."""

import logging
import time

from gridbank.errors import Refused
from gridbank.outages import is_away
from jobs.handlers import handler_of
from jobs.leases import MAX_ATTEMPTS, LeaseLostError, end, hand_back, heartbeat, is_done, take
from jobs.models import JobRun
from jobs.sweeping import sweep

logger = logging.getLogger("gridbank.jobs")

WAIT_SECONDS = 0.5


def run(job_id: int) -> bool:
    """Do a job now, in this process. Return whether this call did it.

    The handler's writes are its own transactions: it calls `lease.fence()` inside the transaction that
    swaps its results in, or `lease.complete(…)` to end the job in that same transaction, and must be safe
    to start again from the beginning. While it works, a thread keeps the lease.
    """
    lease = take(job_id)
    if lease is None:
        return False
    kind = JobRun.objects.values_list("kind", flat=True).get(pk=job_id)
    try:
        with heartbeat(lease):
            result = handler_of(kind)(lease)
    except LeaseLostError:
        logger.warning("job %s: lease lost", job_id)
        return False
    except Exception as error:
        if is_away(error):
            logger.warning("job %s interrupted: %s; it is tried again", job_id, type(error).__name__)
            hand_back(lease)
            return False
        logger.exception("job %s failed", job_id)
        # only a refusal is a sentence for people; any other text could quote a customer's data
        message = str(error) if isinstance(error, Refused) else type(error).__name__
        end(lease, JobRun.Status.FAILED, message=message[:300])
        return False
    return end(lease, JobRun.Status.DONE, result=result) or is_done(lease)


def finish(job_id: int) -> JobRun:
    """Do a job in this process, or wait for the worker that has it; return it ended, done or failed."""
    while True:
        run(job_id)
        job = JobRun.objects.get(pk=job_id)
        if job.status in {JobRun.Status.DONE, JobRun.Status.FAILED}:
            return job
        if job.attempts >= MAX_ATTEMPTS:
            # gives up on what keeps dying, once its last worker is silent
            sweep()
        time.sleep(WAIT_SECONDS)
