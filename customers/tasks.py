"""What beat asks for: shells only."""

from celery import shared_task

from customers.services.likening import twins_scan
from customers.services.measuring import archives_remeasure
from jobs.clock import nightly


@nightly("01:30")
@shared_task(name="customers.remeasure_archives", ignore_result=True)
def remeasure_archives() -> None:
    """Score again what an older version of the rules scored, batch by batch."""
    after = 0
    while after := archives_remeasure(actor=None, after=after):
        pass


@nightly("02:40")
@shared_task(name="customers.find_twins", ignore_result=True)
def find_twins() -> None:
    """Look for two archives of one person."""
    twins_scan(actor=None)
