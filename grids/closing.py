"""Which months are closed: asked of the rankings, which the rooms that write don't know."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from gridbank.days import month_last, month_write
from grids.models import Grid
from people.models import User

# of days that lie in a month each, in order: those whose month is final in the grid's bank
Judge = Callable[[Grid, list[date]], Collection[date]]
_judges: list[Judge] = []


@dataclass(frozen=True, slots=True)
class Change:
    """A change to something that belongs to a day: who made it where, and by field what stood and stands.

    `days` are those of its days whose month is final, as `hold` returned them.
    """

    actor: User | None
    grid: Grid
    subject: models.Model
    days: Collection[date | None]
    changes: dict[str, list[Any]]


Listener = Callable[[Change], None]
_listeners: list[Listener] = []
_heard: ContextVar[set[date] | None] = ContextVar("heard", default=None)


def register(judge: Judge, listener: Listener | None = None) -> None:
    """Take a judge; called once, when the app that owns the months is ready. One that says closed is enough.

    The listener hears of every change: it lists those whose days lie in a final month.
    """
    if judge not in _judges:
        _judges.append(judge)
    if listener is not None and listener not in _listeners:
        _listeners.append(listener)


def tell(change: Change) -> None:
    """Say what was changed, after it was; its months are held already. Of no final month, nothing is to be said."""
    if not change.days:
        return
    note(change.days)
    for listener in _listeners:
        listener(change)


def note(days: Collection[date | None]) -> None:
    """Note final days for whoever entered something for them; what comes in late is listed by itself."""
    heard = _heard.get()
    if heard is not None:
        heard.update(day for day in days if day is not None)


@contextmanager
def listening() -> Iterator[set[date]]:
    """Collect the days of final months for which something is entered meanwhile."""
    heard: set[date] = set()
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def hold(grid: Grid, days: Collection[date | None]) -> frozenset[date]:
    """Hold the months of some days until commit, in order; return the days whose month is final in the grid's bank.

    Of a month that is over, whoever asks and whoever publishes wait for each other: ask before you write.
    """
    by_month = {(day.year, day.month): day for day in days if day is not None}
    asked = [day for _month, day in sorted(by_month.items())]
    found = {day for judge in _judges for day in judge(grid, asked)} if asked else set()
    final = {(day.year, day.month) for day in found}
    return frozenset(day for day in days if day is not None and (day.year, day.month) in final)


def months_since(day: date) -> list[date]:
    """Return a day of each month that a change from a day on may reach: those that are over may be published now."""
    today, found = timezone.localdate(), []
    while day <= today:
        found.append(day)
        day = month_last(day) + timedelta(days=1)
    return found


def show_months(days: Iterable[date]) -> str:
    """Write the months that days lie in, each once and in order."""
    return _(", ").join(sorted({month_write(day) for day in days}))
