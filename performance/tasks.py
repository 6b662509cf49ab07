"""What beat asks for: shells only."""

from celery import shared_task

from jobs.clock import nightly
from performance import services


@nightly("01:10", day=1)
@shared_task(name="performance.request_closed_month", ignore_result=True)
def request_closed_month() -> None:
    """Ask for the month that has just closed, for every bank."""
    services.request_closed_month()


@nightly("02:10")
@shared_task(name="performance.request_running_month", ignore_result=True)
def request_running_month() -> None:
    """Ask for the running month, and for the closed one in case nobody did."""
    services.request_closed_month()
    services.request_running_month()


@nightly("03:10")
@shared_task(name="performance.verify_locked_months", ignore_result=True)
def verify_locked_months() -> None:
    """Ask for the proof of every final month."""
    services.request_verifications()


@nightly("03:40")
@shared_task(name="performance.anchor", ignore_result=True)
def anchor() -> None:
    """Prove the trail and write the anchor outside the database."""
    services.anchor_write()
