"""Who may do what with a month: asked by the services that do it and by the pages that offer it."""

from people.enums import Role
from people.models import User
from people.policies import reads_trail, sees_whole_bank
from performance.enums import Level, PeriodStatus, RunKind
from performance.models import Period, Score

FINAL = frozenset({PeriodStatus.PUBLISHED, PeriodStatus.LOCKED})


def hears_alarms(actor: User) -> bool:
    """Whether the person is told at home what a proof found broken: the auditor and head office."""
    return sees_whole_bank(actor) or reads_trail(actor)


def may_refresh(actor: User) -> bool:
    """Whether the role may ask for a computation at all."""
    return actor.role in {Role.HEAD_OFFICE, Role.BRANCH_MANAGER}


def sees_bank_rank(actor: User, score: Score) -> bool:
    """Whether the reader may know a person's place beyond his branch: his own, or as head office."""
    own = score.level == Level.MANAGER and score.subject_id == actor.pk
    return score.level != Level.MANAGER or own or sees_whole_bank(actor)


def can_refresh(actor: User, period: Period) -> bool:
    """Whether this month may be computed again: a closed one by head office, a published one by nobody."""
    if period.status in FINAL or not may_refresh(actor):
        return False
    run = period.current_run
    return sees_whole_bank(actor) or run is None or run.kind == RunKind.RUNNING


def can_publish(actor: User, period: Period) -> bool:
    """Whether head office may put its name to this month: closed, computed, not yet published."""
    run = period.current_run
    return (
        sees_whole_bank(actor)
        and period.status == PeriodStatus.PROVISIONAL
        and run is not None
        and run.kind == RunKind.CLOSING
    )


def can_lock(actor: User, period: Period) -> bool:
    """Whether somebody else than the publisher may lock it now."""
    return (
        sees_whole_bank(actor)
        and period.status == PeriodStatus.PUBLISHED
        and period.published_by_id != actor.pk
    )
