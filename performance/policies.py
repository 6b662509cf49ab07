"""Who may do what with a month: asked by the services that do it and by the pages that offer it."""

from django.utils.translation import gettext as _

from gridbank.errors import NotAllowed
from grids.authority import Act, banks_where, may
from people.models import User
from people.persons import is_same
from people.policies import reads_trail
from performance.enums import Level, PeriodStatus, RunKind
from performance.models import Period, Score


def sees_points(score: Score) -> bool:
    """Whether whoever the score was read for may know more of it than the rank: `score_list` says."""
    return bool(getattr(score, "is_open", False))


def own_points(score: Score) -> None:
    """Let only those go on who may see what a colleague's rank is made of. Raises PermissionDenied."""
    if not sees_points(score):
        raise NotAllowed(
            _("Of a colleague you see the rank; the points are his own and his leaders' to see.")
        )


FINAL = frozenset({PeriodStatus.PUBLISHED, PeriodStatus.LOCKED})


def hears_alarms(actor: User) -> bool:
    """Whether the person is told at home what a proof found broken: the auditor and head office."""
    return may(actor, Act.BANK_ALARMS) or reads_trail(actor)


def speaks_for(actor: User) -> Level:
    """Return whose score stands for the person: the bank's or the branch's that he leads, or his own."""
    if may(actor, Act.BANK_RANK):
        return Level.BANK
    return Level.BRANCH if may(actor, Act.MONTH_REFRESH) else Level.MANAGER


def sees_bank_rank(actor: User, score: Score) -> bool:
    """Whether the reader may know a person's place beyond his branch: his own, or as who leads the bank."""
    own = score.level == Level.MANAGER and score.subject_id == actor.pk
    return score.level != Level.MANAGER or own or score.run.grid_id in banks_where(actor, Act.BANK_RANK)


def refreshing(period: Period) -> Act:
    """Return the power that computing this month now takes: a closed one is computed again by head office."""
    run = period.current_run
    return Act.MONTH_REFRESH if run is None or run.kind == RunKind.RUNNING else Act.MONTH_RECOMPUTE


def can_refresh(actor: User, period: Period) -> bool:
    """Whether the person may have this month computed now; a published one nobody."""
    return period.status not in FINAL and may(actor, refreshing(period), period.grid)


def is_publishable(period: Period) -> bool:
    """Whether the month is ready for somebody's name: closed, computed, not yet published."""
    run = period.current_run
    return period.status == PeriodStatus.PROVISIONAL and run is not None and run.kind == RunKind.CLOSING


def can_publish(actor: User, period: Period) -> bool:
    """Whether the person may put his name to this month now."""
    return is_publishable(period) and may(actor, Act.MONTH_PUBLISH, period.grid)


def is_second(actor: User, period: Period) -> bool:
    """Whether the person is another than who published the month. One person with two accounts is one."""
    return not is_same(period.published_by, actor)


def why_not_second(actor: User, period: Period) -> str:
    """Return why the publisher can't lock the month; empty for anybody else."""
    if is_second(actor, period):
        return ""
    return _("Who published a month can't lock it: a second person must.")


def can_lock(actor: User, period: Period) -> bool:
    """Whether the person, another than the publisher, may lock the month now."""
    published = period.status == PeriodStatus.PUBLISHED
    return published and is_second(actor, period) and may(actor, Act.MONTH_LOCK, period.grid)
