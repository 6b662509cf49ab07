"""A month's rows: read under a lock, kept from changing once published, removed when superseded."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids.enums import Tier
from grids.models import Grid
from performance import policies
from performance.models import Fact, Period, Run, Score, ScoreLine


def banks() -> list[Grid]:
    """Return every bank's head office, for the work that beat asks for."""
    with waive_scope("the nightly work is about every bank"):
        return list(Grid.objects.filter(tier=Tier.HEAD_OFFICE).order_by("pk"))


def lock_row(rows: QuerySet[Any]) -> Any:
    """Read one row under a lock, whoever asked for the work; None when it is gone."""
    with waive_scope("a month belongs to the whole bank"):
        return locked(rows).first()


def locked_period(pk: int) -> Period:
    """Read a month under a lock."""
    period: Period = lock_row(Period.objects.filter(pk=pk))
    return period


def refuse_final(period: Period) -> None:
    """Let nothing change a month that somebody put his name to. Raises Refused."""
    if period.status in policies.FINAL:
        raise Refused(_("This month is published. Corrections go into an open month."))


def drop_runs(runs: QuerySet[Run]) -> None:
    """Remove computations that nobody put his name to, with their rows; not while a worker adds to one."""
    with waive_scope("a superseded computation goes as a whole"):
        keys = [run.pk for run in locked(runs).order_by("pk")]
        for rows in (
            ScoreLine.objects.filter(score__in=Score.objects.filter(run_id__in=keys)),
            Score.objects.filter(run_id__in=keys),
            Fact.objects.filter(run_id__in=keys),
            Run.objects.filter(pk__in=keys),
        ):
            rows._raw_delete(rows.db)
