"""What a month must agree with besides its own hashes: the signed trail, the scheme's rows, the triggers."""

import json
from typing import Any

from django.db import connection

from audit import anchors
from audit.models import AuditEvent
from audit.said import is_true
from gridbank.triggers import broken
from performance import computing
from performance.actions import Action
from performance.enums import STATES, PeriodStatus
from performance.guards import guards, ledgers
from performance.models import Earned, Fact, Period, Run, SchemeItem
from performance.selectors import job_subject
from performance.services.schemes import stands_as_signed

SIGNED = {
    PeriodStatus.PUBLISHED: (Action.PERIOD_PUBLISHED,),
    PeriodStatus.LOCKED: (Action.PERIOD_PUBLISHED, Action.PERIOD_LOCKED),
}


def broken_seals(period: Period, run: Run) -> list[str]:
    """Return what doesn't agree; call it under a waiver.

    `trail`: the signed events name another computation, root hash or person, are missing or have no true
    seal. `anchor`: the file outside the database names another root hash. `run`: it belongs
    to another month or bank. `earned`: the list of what may not earn again is not what it counted. `scheme`: its rows are not what the computation froze, or not what was signed. `triggers`: a guard is gone.
    """
    checks = {
        "trail": _signatures(period) != _expected(period, run),
        "anchor": not _anchored(period, run),
        "run": (run.period_id, run.grid_id) != (period.pk, period.grid_id),
        "scheme": not (_scheme_stands(run) and stands_as_signed(run.scheme)),
        "triggers": any(broken(connection, sql) for sql in (guards(), *ledgers())),
        "earned": not _earned_stands(period, run),
    }
    return [name for name, is_broken in checks.items() if is_broken]


def _anchored(period: Period, run: Run) -> bool:
    """Whether the anchors outside the database, as far as they name the month, name this computation."""
    name = job_subject(period.grid, period.month)
    try:
        return all(anchor.months.get(name, run.root_hash) == run.root_hash for anchor in anchors.read())
    except anchors.BrokenAnchorsError:
        return False


def _earned_stands(period: Period, run: Run) -> bool:
    """Whether what may not earn again is what the month counted, and nothing is listed of a month that isn't final."""
    columns = ("indicator", "source", "source_id")
    if Earned.objects.exclude(period__status__in=SIGNED).exists():
        return False
    if period.status not in SIGNED:
        return True
    counted = set(Fact.objects.filter(run=run).exclude(source__in=STATES).values_list(*columns))
    return set(Earned.objects.filter(period=period).values_list(*columns)) == counted


def _expected(period: Period, run: Run) -> list[tuple[Any, ...]]:
    signers = {
        Action.PERIOD_PUBLISHED: period.published_by_id,
        Action.PERIOD_LOCKED: period.locked_by_id,
    }
    return [
        (action, signers[action], run.pk, run.root_hash)
        for action in SIGNED.get(PeriodStatus(period.status), ())
    ]


def _signatures(period: Period) -> list[tuple[Any, ...]]:
    events = AuditEvent.objects.filter(
        subject_type=Period._meta.label_lower,
        subject_id=str(period.pk),
        action__in=(Action.PERIOD_PUBLISHED, Action.PERIOD_LOCKED),
    ).order_by("pk")
    if not all(map(is_true, events)):
        return [("unsealed",)]
    return [
        (event.action, event.actor_id, told.get("run"), told.get("root_hash"))
        for event in events
        for told in [json.loads(event.changes)]
    ]


def _scheme_stands(run: Run) -> bool:
    try:
        frozen = json.loads(run.inputs)
        items = [(item[0], item[1], item[3], item[4], item[5]) for item in frozen["items"]]
        named, evidence = frozen["scheme"], frozen.get("evidence")
    except (ValueError, KeyError, TypeError, IndexError):
        # unreadable inputs are a difference of their own
        return True
    rows = SchemeItem.objects.filter(scheme_id=run.scheme_id).order_by("position", "indicator")
    expected = computing.CONFIRMED_ONLY if run.scheme.confirmed_only else None
    return (named, evidence) == ([run.scheme.code, run.scheme.version], expected) and items == [
        (
            row.indicator,
            row.position,
            str(row.weight),
            None if row.target is None else str(row.target),
            str(row.cap),
        )
        for row in rows
    ]
