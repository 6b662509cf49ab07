"""The project's Celery app with one more kind of job, slow enough to be killed in the middle.

Started as `celery -A tests.e2e.app worker`; the beat of this app also asks for the job, again and again.
"""

import os
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
django.setup()

from celery import shared_task  # noqa: E402  Django comes first
from django.db import transaction  # noqa: E402

from audit.services import record  # noqa: E402
from gridbank.celery import app  # noqa: E402
from jobs.handlers import handler  # noqa: E402
from jobs.leases import Lease  # noqa: E402
from jobs.requesting import request_job  # noqa: E402

STEPS = 20


@handler("e2e.slow")
def slow(lease: Lease) -> dict:
    """Work in steps, then write one result in the transaction that checks the lease."""
    for step in range(STEPS):
        lease.progress(step, STEPS)
        time.sleep(lease.arguments.get("pause", 0.05))
    with transaction.atomic():
        lease.fence()
        record(actor=None, action="e2e.result")
    return {"steps": STEPS}


def _dawdle() -> None:
    """Make every job of this worker slow at the points where a test wants to kill it."""
    progress, fence = Lease.progress, Lease.fence
    pause, mark = float(os.environ.get("E2E_PAUSE", "0")), os.environ.get("E2E_FENCED")

    def slow_progress(self, *arguments) -> None:
        progress(self, *arguments)
        time.sleep(pause)

    def slow_fence(self) -> None:
        fence(self)
        if mark:
            Path(mark).touch()
            time.sleep(30)

    Lease.progress, Lease.fence = slow_progress, slow_fence


_dawdle()


@shared_task(name="e2e.ask", ignore_result=True)
def ask() -> None:
    """Do what a beat's entry does: ask for the same work as every other beat."""
    request_job(kind="e2e.slow", subject="every beat asks")


@app.on_after_finalize.connect
def _schedule(sender, **_):
    if os.environ.get("E2E_ASK"):
        sender.conf.beat_schedule = {
            **sender.conf.beat_schedule,
            "ask": {"task": "e2e.ask", "schedule": 0.3},
        }
