"""What beat asks for: shells only."""

from celery import shared_task

from grids.services import handovers_due
from jobs.clock import every


@every(600)
@shared_task(name="grids.put_handovers_in_force", ignore_result=True)
def put_handovers_in_force() -> None:
    """Put in force what was signed and whose day has come; asked again through the day in case nobody was there."""
    handovers_due()
