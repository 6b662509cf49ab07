"""What beat asks for: shells only."""

from celery import shared_task

from ground.services import layouts_due
from jobs.clock import every


@every(600)
@shared_task(name="ground.put_layouts_in_force", ignore_result=True)
def put_layouts_in_force() -> None:
    """Put in force what two signed and whose day has come; asked again through the day in case nobody was there."""
    layouts_due()
