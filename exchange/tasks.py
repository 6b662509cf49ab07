"""What beat asks for: shells only."""

from celery import shared_task

from exchange import services
from jobs.clock import every, nightly


@nightly("04:25")
@shared_task(name="exchange.forget_batches", ignore_result=True)
def forget_batches() -> None:
    """Remove what is held of files whose days are over."""
    services.batches_forget()


@every(600)
@shared_task(name="exchange.watch_files", ignore_result=True)
def watch_files() -> None:
    """Look whether the files that are due came, and how large they are."""
    services.files_watch()


@nightly("04:35")
@shared_task(name="exchange.forget_exports", ignore_result=True)
def forget_exports() -> None:
    """Remove the files of exports whose days are over."""
    services.exports_forget()
