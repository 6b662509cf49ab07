"""Celery's side of the job table, and the frame's own night work: shells only."""

from celery import shared_task
from django.conf import settings

from audit import reading
from gridbank import idempotency
from jobs import running, sweeping
from jobs.clock import every, nightly
from jobs.requesting import RUN_JOB
from people import services as people
from people.persons import other_accounts


@shared_task(name=RUN_JOB, ignore_result=True, acks_late=True, reject_on_worker_lost=True)
def run_job(*, job_id: int) -> None:
    """Do one job; a second delivery finds it taken and does nothing."""
    running.run(job_id)


@every(settings.JOB_SWEEP_SECONDS)
@shared_task(name="jobs.sweep", ignore_result=True)
def sweep() -> None:
    """Find jobs whose message or worker was lost."""
    sweeping.sweep()


@nightly("04:10")
@shared_task(name="jobs.forget_idempotency_keys", ignore_result=True)
def forget_idempotency_keys() -> None:
    """Drop the answers that nobody will ask for again."""
    idempotency.forget_expired()


@every(300)
@shared_task(name="jobs.watch_reading", ignore_result=True)
def watch_reading() -> None:
    """Tell the auditor who reads more personal data than his work asks for."""
    reading.reading_watch(other_accounts())


@nightly("04:15")
@shared_task(name="jobs.forget_sign_ins", ignore_result=True)
def forget_sign_ins() -> None:
    """Drop sessions that have ended, and old guesses."""
    people.sign_ins_forget()


@nightly("04:20")
@shared_task(name="jobs.forget_reading", ignore_result=True)
def forget_reading() -> None:
    """Drop rows of the read log that are old enough."""
    reading.reading_forget()
