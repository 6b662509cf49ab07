"""Rows of the performance app for the nets, and which of its routes wants which."""

from datetime import date
from typing import Any

from django.db import models

from performance.models import Score
from performance.services import run_compute
from tests import factories
from tests.jobs.rows import rank_job
from tests.nets.making import ABSENT, Kwargs


def _month(world: Any, whose: str) -> Kwargs:
    """Months of one's own bank; the stranger's is one of another bank, absent is one of nobody's."""
    made = world.made
    if whose == "mine" and ("month", whose) not in made:
        made["month", whose] = run_compute(bank=world.cast.root, month=date(2026, 1, 1))
    if whose == "theirs" and ("month", whose) not in made:
        bank = factories.GridFactory(tier="head_office", parent=None)
        made["month", whose] = run_compute(bank=bank, month=date(2025, 12, 1))
    return {"month": {"mine": "2026-01", "theirs": "2025-12"}.get(whose, "2025-11")}


def _month_row(world: Any, whose: str) -> Kwargs:
    if whose == "absent":
        return {"pk": ABSENT}
    _month(world, whose)
    return {"pk": world.made["month", whose].period_id}


def _score(world: Any, whose: str) -> Kwargs:
    month = _month(world, "mine")
    run = world.made["month", "mine"]
    owner = ABSENT if whose == "absent" else world.owner(whose).pk
    found = models.QuerySet(Score).filter(run=run, level="manager", subject_id=owner)
    return {**month, "pk": found.values_list("pk", flat=True).first() or ABSENT}


MAKE: dict[str, Any] = {}
ROWS = {
    "performance": _month,
    "performance:score": _score,
    "performance:facts": lambda w, whose: {**_score(w, whose), "indicator": "archive_rate"},
    "performance:parts": lambda w, whose: {**_score(w, whose), "indicator": "archive_rate"},
    "performance:job": rank_job,
    # nobody has signed it: a world in which somebody had would be another for all the rest
    "performance:proof-verify": _month_row,
    "period-detail": _month_row,
    "period-publish": _month_row,
    "ranking-detail": lambda w, whose: {"pk": _score(w, whose)["pk"]},
}
