"""When the clock asks for a task: said beside the task, so that nobody keeps a list of other rooms' work."""

from collections.abc import Callable
from typing import Any, TypeVar

from celery.app.task import Task
from celery.schedules import crontab

from gridbank.celery import app

AnyTask = TypeVar("AnyTask", bound=Task[..., Any])


def nightly(at: str, *, day: int | None = None) -> Callable[[AnyTask], AnyTask]:
    """Let beat send a task every day at HH:MM, or only on one day of the month. Raises ValueError."""
    hour, minute = (int(part) for part in at.split(":"))
    return _sent(crontab(hour=hour, minute=minute, day_of_month=day or "*"))


def every(seconds: float) -> Callable[[AnyTask], AnyTask]:
    """Let beat send a task again and again."""
    return _sent(seconds)


def _sent(schedule: crontab | float) -> Callable[[AnyTask], AnyTask]:
    """Return the decorator that puts a task on beat's schedule under the task's own name."""

    def register(task: AnyTask) -> AnyTask:
        app.add_periodic_task(schedule, task.s(), name=task.name)
        return task

    return register
