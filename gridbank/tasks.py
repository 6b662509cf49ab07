"""Celery's side of the job table: shells only."""

from celery import shared_task

from gridbank import idempotency, jobs


@shared_task(name="gridbank.run_job", ignore_result=True, acks_late=True, reject_on_worker_lost=True)
def run_job(*, job_id: int) -> None:
    """Do one job; a second delivery finds it taken and does nothing."""
    jobs.run(job_id)


@shared_task(name="gridbank.sweep_jobs", ignore_result=True)
def sweep_jobs() -> None:
    """Find jobs whose message or worker was lost."""
    jobs.sweep()


@shared_task(name="gridbank.forget_idempotency_keys", ignore_result=True)
def forget_idempotency_keys() -> None:
    """Drop the answers that nobody will ask for again."""
    idempotency.forget_expired()
