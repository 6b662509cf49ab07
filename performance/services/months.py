"""A month's life under named people: opened, published, locked; never back."""

import logging
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.outside import refuse_outside
from audit.services import record
from gridbank.days import month_first, month_last, month_write
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, visible_or_404, waive_scope
from gridbank.turns import locked
from grids.authority import Act, require
from grids.models import Grid
from grids.selectors import grid_list, works_elsewhere
from people.models import User
from performance import policies, selectors
from performance.actions import Action
from performance.enums import PeriodStatus
from performance.indicators import INDICATORS
from performance.models import Period, Run, Target
from performance.plausibility import look_at, seal_of
from performance.services.comparing import NotAsComputed, differences
from performance.services.ledger import write_earned
from performance.services.proofs import stored_differences
from performance.services.rows import drop_runs, refuse_final
from performance.services.schemes import refuse_unsigned, scheme_in_force
from performance.services.targets import refuse_signed, targets_apply

logger = logging.getLogger("gridbank.performance")
# of a longer list the trail keeps the beginning, and how long it was
TOLD = 500


class NotLookedAt(Refused):
    """Something stands out in the month, and the publisher hasn't said that he has looked at it as it is now."""

    def __init__(self) -> None:
        """Say what is asked for."""
        super().__init__(
            _("Look at what stands out in this month, and say that you have, before you publish it.")
        )


@transaction.atomic
def period_open(*, actor: User | None, bank: Grid, month: date) -> Period:
    """Open a bank's month under the scheme then in force; an open one is returned as it is. Raises PermissionDenied."""
    require(actor, Act.MONTH_REFRESH, bank)
    with waive_scope("a month belongs to the whole bank"):
        period, created = Period.objects.get_or_create(
            grid=bank, month=month, defaults={"scheme": scheme_in_force(month, bank)}
        )
    if created:
        targets_apply(period)
        record(
            actor=actor, action=Action.PERIOD_OPENED, subject=period, changes={"month": month_write(month)}
        )
    return period


@transaction.atomic
def period_publish(*, actor: User, period: Period, looked_at: str = "") -> Period:
    """Put one's name to a closed month that is still what was computed. Raises Refused, NotAsComputed, NotLookedAt.

    `looked_at` is the seal of the list that the actor has looked at, where there is something to look at.
    """
    visible = locked(selectors.period_list(actor=actor))
    period = visible_or_404(visible, pk=period.pk)
    require(actor, Act.MONTH_PUBLISH, period.grid)
    if period.status in policies.FINAL:
        raise Refused(_("This month is already published."))
    if not policies.is_publishable(period):
        raise Refused(_("Only a closed month that has been computed can be published."))
    refuse_unsigned(period.scheme)
    targets_apply(period)
    if found := differences(period):
        raise NotAsComputed(found)
    refuse_outside()
    odd = look_at(period.grid, period.month)
    if seal_of(odd) != looked_at and odd:
        raise NotLookedAt
    with waive_scope("a proof looks at the whole month, and a superseded computation goes as a whole"):
        _refuse_forged(period)
        drop_runs(Run.objects.filter(period=period).exclude(pk=period.current_run_id or 0))
    period.status, period.published_by, period.published_at = PeriodStatus.PUBLISHED, actor, timezone.now()
    period.save(update_fields=["status", "published_by", "published_at"])
    write_earned(period)
    told = (
        {"looked_at": [[one.key, one.person_id, one.count] for one in odd[:TOLD]], "odd": len(odd)}
        if odd
        else {}
    )
    record(actor=actor, action=Action.PERIOD_PUBLISHED, subject=period, changes=_proof(period) | told)
    return period


def _refuse_forged(period: Period) -> None:
    """Let nobody put his name to scores that the computation's own facts don't give. Raises Refused."""
    run = period.current_run
    if run is not None and (found := stored_differences(run)):
        logger.error("month %s of bank %s: what is stored was changed: %s", period, period.grid_id, found)
        raise Refused(
            _(
                "What is stored of this computation isn't what it counted. Have it looked into, and compute again."
            )
        )


@transaction.atomic
def period_lock(*, actor: User, period: Period) -> Period:
    """Lock a published month for ever; somebody else than its publisher must. Raises Refused."""
    visible = locked(selectors.period_list(actor=actor))
    period = visible_or_404(visible, pk=period.pk)
    require(actor, Act.MONTH_LOCK, period.grid)
    if period.status != PeriodStatus.PUBLISHED:
        raise Refused(_("Only a published month can be locked."))
    if why := policies.why_not_second(actor, period):
        raise Refused(why)
    refuse_outside()
    period.status, period.locked_by, period.locked_at = PeriodStatus.LOCKED, actor, timezone.now()
    period.save(update_fields=["status", "locked_by", "locked_at"])
    record(actor=actor, action=Action.PERIOD_LOCKED, subject=period, changes=_proof(period))
    return period


def _proof(period: Period) -> dict[str, Any]:
    run = period.current_run
    return {"run": run.pk, "root_hash": run.root_hash} if run else {}


@transaction.atomic
def target_set(*, actor: User, period: Period, user: User, grid: Grid, indicator: str, value: Any) -> Target:
    """Give a person an own target in an open month. Raises Refused."""
    # whoever publishes waits for this, or this waits for him
    visible = locked(selectors.period_list(actor=actor))
    period = visible_or_404(visible, pk=period.pk)
    require(actor, Act.TARGET_SET, period.grid)
    refuse_final(period)
    grid = visible_or_404(grid_list(actor=actor), pk=grid.pk)
    if works_elsewhere(actor=actor, user=user):
        raise OutOfSight
    if grid.root_id != period.grid_id:
        raise Refused(_("The grid belongs to another bank."), field="grid")
    if indicator not in INDICATORS or not (value.is_finite() and 0 < value < 10**8):
        raise Refused(_("A target must be a number above zero."), field="value")
    if INDICATORS[indicator].is_rate and value > 1:
        raise Refused(_("A rate is at most 100 %."), field="value")
    refuse_signed(actor, period, user, grid, indicator)
    with waive_scope("the month was read as this person"):
        target, _created = Target.objects.update_or_create(
            period=period,
            user=user,
            indicator=indicator,
            defaults={"value": value, "grid": grid, "own_value": value, "own_grid": grid},
        )
    record(
        actor=actor,
        action=Action.TARGET_SET,
        subject=target,
        changes={
            "month": month_write(period.month),
            "user": user.pk,
            "grid": grid.pk,
            "indicator": indicator,
            "value": str(value),
        },
    )
    return target


def closed_days(grid: Grid, days: Collection[date]) -> set[date]:
    """Return the days whose month is published or locked in the grid's bank: what arrives for it now is late.

    Of a month that has ended, what arrives and whoever publishes wait for each other: they are held in order of their
    keys. Call in a transaction.
    """
    months = {month_first(day) for day in days}
    over = {month for month in months if month_last(month) < timezone.localdate()}
    final: set[date] = set()
    with waive_scope("only whether the month is closed is told"):
        periods = Period.objects.filter(grid_id=grid.root_id).order_by("pk")
        for asked, rows in ((over, locked(periods)), (months - over, periods)):
            if asked:
                found = rows.filter(month__in=asked).values_list("pk", "month", "status")
                final.update(month for _pk, month, status in found if status in policies.FINAL)
    return {day for day in days if month_first(day) in final}
