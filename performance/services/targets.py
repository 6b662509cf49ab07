"""Targets of grids: written for a branch in one save, spread, carried forward, signed by a second person."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from audit.services import record
from gridbank.days import month_first, month_last, month_write, months_before
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids.authority import Act
from grids.enums import Part, Tier
from grids.models import Assignment, Grid
from grids.services.access import grid_locked
from people.models import User
from performance import policies, targeted
from performance.actions import Action
from performance.indicators import INDICATORS
from performance.models import GridTarget, Period, Target
from performance.spreading import spread
from performance.targeted import NONE, Levels

YEAR = 12
BATCH = 500
BY_MONTHS, BY_HOUSEHOLDS = "months", "households"


@transaction.atomic
def targets_write(
    *,
    actor: User,
    grid: Grid,
    month: date,
    indicator: str,
    rows: Mapping[int, Levels],
    looked_at: str | None = None,
) -> int:
    """Write what is asked of a branch or the bank and of what lies right below it, all in one save.

    Returns how many drafts there are of it now. `looked_at` is the seal of the sheet that a page has shown. Raises
    Refused, which names the grid.
    """
    grid = grid_locked(actor, grid, Act.TARGET_WRITE)
    _check(grid, month, indicator)
    sheet = targeted.sheet(actor=actor, grid=grid, month=month, indicator=indicator)
    if looked_at is not None and sheet.seal != looked_at:
        raise Refused(_("Somebody changed these targets meanwhile. Open the page again, then write."))
    known = {row.grid.pk: row for row in (sheet.own, *sheet.rows)}
    if set(rows) - set(known):
        raise Refused(_("This grid doesn't lie right below it."), field="grid")
    changed = 0
    for pk, levels in sorted(rows.items()):
        if levels != known[pk].levels:
            _draft(actor, known[pk], month, indicator, levels)
            changed += 1
    changes = {"grid": grid.pk, "month": month_write(month), "indicator": indicator, "changed": changed}
    record(actor=actor, action=Action.TARGETS_WRITTEN, subject=grid, changes=changes)
    return changed


def _check(grid: Grid, month: date, indicator: str) -> None:
    if grid.tier not in {Tier.HEAD_OFFICE, Tier.BRANCH}:
        raise Refused(_("Targets are written for a branch or the bank."), field="grid")
    if indicator not in INDICATORS:
        raise Refused(_("Unknown indicator."), field="indicator")
    if month.day != 1 or not 2000 <= month.year < 2200:  # noqa: PLR2004  years in which a bank works
        raise Refused(_("Give a month."), field="month")
    _refuse_final(grid, [month])


def _refuse_final(grid: Grid, months: Sequence[date]) -> dict[date, Period]:
    """Hold the months that are open already. Raises Refused for one that somebody put his name to."""
    with waive_scope("a month belongs to the whole bank"):
        rows = Period.objects.filter(grid_id=grid.root_id, month__in=months).order_by("pk")
        found = {period.month: period for period in locked(rows)}
    if any(period.status in policies.FINAL for period in found.values()):
        raise Refused(_("This month is published. Corrections go into an open month."), field="month")
    return found


def _draft(actor: User, row: targeted.Row, month: date, indicator: str, levels: Levels) -> None:
    assured, aimed, stretch = levels
    if assured is None:
        if aimed is not None or stretch is not None or row.signed is not None:
            message = _("%(grid)s: say what is assured.")
            raise Refused(message % {"grid": row.grid.name}, field=f"assured_{row.grid.pk}")
        if row.draft is not None:
            row.draft.delete()
        return
    if row.signed is not None and levels == row.signed.levels:
        # nothing is left to be signed
        if row.draft is not None:
            row.draft.delete()
        return
    _check_levels(row.grid, indicator, (assured, aimed, stretch))
    draft = row.draft or GridTarget(grid=row.grid, month=month, indicator=indicator)
    draft.assured, draft.aimed, draft.stretch = assured, aimed, stretch
    draft.made_by, draft.made_at, draft.figure_by = actor, timezone.now(), None
    draft.save()


def _check_levels(grid: Grid, indicator: str, levels: Levels) -> None:
    said = [value for value in levels if value is not None]
    if not all(value.is_finite() and 0 < value < 10**8 for value in said):
        message = _("%(grid)s: a target must be a number above zero.")
        raise Refused(message % {"grid": grid.name}, field=f"assured_{grid.pk}")
    if INDICATORS[indicator].is_rate and max(said) > 1:
        message = _("%(grid)s: a rate is at most 100 %%.")
        raise Refused(message % {"grid": grid.name}, field=f"assured_{grid.pk}")
    if said != sorted(said):
        message = _("%(grid)s: the three levels rise.")
        raise Refused(message % {"grid": grid.name}, field=f"assured_{grid.pk}")


@transaction.atomic
def targets_spread(*, actor: User, grid: Grid, month: date, indicator: str, total: Decimal, by: str) -> int:
    """Spread a year's figure from a month on: over the months, or over months and what lies below by households.

    The parts are the figure exactly: where a part is nothing, nothing is asked any more. Only what is assured is spread,
    the other levels stay. Raises Refused, of a rate as well, and where the other levels or a signature are in its way.
    """
    grid = grid_locked(actor, grid, Act.TARGET_WRITE)
    _check(grid, month, indicator)
    if INDICATORS[indicator].is_rate:
        raise Refused(_("A rate isn't spread: it is the same in each month."), field="indicator")
    if by not in {BY_MONTHS, BY_HOUSEHOLDS} or not (total.is_finite() and 0 < total < 10**8):
        raise Refused(_("Give a number above zero."), field="total")
    months = [months_before(month, -place) for place in range(YEAR + 1 - month.month)]
    _refuse_final(grid, months)
    parts = spread(total, [1] * len(months))
    changed = 0
    for each, part in zip(months, parts, strict=True):
        sheet = targeted.sheet(actor=actor, grid=grid, month=each, indicator=indicator)
        lines = [(sheet.own, part)]
        if by == BY_HOUSEHOLDS:
            lines += list(zip(sheet.rows, spread(part, [row.households for row in sheet.rows]), strict=True))
        for row, value in lines:
            if _part(actor, row, each, indicator, value):
                changed += 1
    changes = {
        "grid": grid.pk,
        "from": month_write(month),
        "indicator": indicator,
        "total": str(total),
        "by": by,
    }
    record(actor=actor, action=Action.TARGETS_SPREAD, subject=grid, changes=changes)
    return changed


def _part(actor: User, row: targeted.Row, month: date, indicator: str, value: Decimal) -> bool:
    """Write a part of what is spread; say whether it is different now. Raises Refused."""
    _assured, aimed, stretch = row.levels
    levels: Levels = (value, aimed, stretch) if value > 0 else NONE
    if levels == row.levels:
        return False
    where = {"month": month_write(month), "grid": row.grid.name}
    if levels == NONE and row.signed is not None:
        message = _(
            "%(month)s, %(grid)s: nothing falls to it, but something is signed for it. Spread more, or write it."
        )
        raise Refused(message % where, field="total")
    if value > min(filter(None, (aimed, stretch)), default=value):
        message = _("%(month)s, %(grid)s: more falls to it than the levels above allow. Write those first.")
        raise Refused(message % where, field="total")
    _draft(actor, row, month, indicator, levels)
    return True


@transaction.atomic
def targets_copy(*, actor: User, grid: Grid, month: date) -> int:
    """Carry the targets of the month before forward, where this one has none yet. Raises Refused."""
    grid = grid_locked(actor, grid, Act.TARGET_WRITE)
    _refuse_final(grid, [month])
    rows = targeted.target_list(actor=actor).filter(grid__path__startswith=grid.path)
    taken = set(rows.filter(month=month).values_list("grid_id", "indicator"))
    fresh: dict[tuple[int, str], GridTarget] = {}
    # a draft comes after what is signed, and stands for it
    for row in rows.filter(month=months_before(month, 1)).order_by("-is_signed", "pk"):
        if (row.grid_id, row.indicator) not in taken:
            fresh[row.grid_id, row.indicator] = GridTarget(
                grid=row.grid, month=month, indicator=row.indicator, assured=row.assured, aimed=row.aimed,
                stretch=row.stretch, made_by=actor, made_at=timezone.now(), figure_by_id=row.figure_by_id or row.made_by_id,
            )  # fmt: skip
    if not fresh:
        raise Refused(_("There is nothing to carry forward from the month before."))
    GridTarget.objects.bulk_create(fresh.values())
    changes = {"grid": grid.pk, "month": month_write(month), "count": len(fresh)}
    record(actor=actor, action=Action.TARGETS_COPIED, subject=grid, changes=changes)
    return len(fresh)


@transaction.atomic
def targets_sign(*, actor: User, grid: Grid, month: date, looked_at: str | None = None) -> int:
    """Put head office's name to what somebody else wrote for a branch or the bank in a month.

    From then on the ranking of an open month asks for it. `looked_at` is the seal of what a page has shown. Raises
    Refused, PermissionDenied.
    """
    grid = grid_locked(actor, grid, Act.TARGET_SET)
    periods = _refuse_final(grid, [month])
    drafts = targeted.drafts(actor=actor, grid=grid, month=month)
    rows = list(locked(drafts))
    if not rows:
        raise Refused(_("Nothing waits for a signature here."))
    if looked_at is not None and targeted.seal_of(rows) != looked_at:
        raise Refused(_("They were changed since you looked at them. Look again, then sign."))
    if not targeted.are_anothers(actor=actor, drafts=drafts):
        raise Refused(_("Who wrote them can't sign them: a second person of head office must."))
    with waive_scope("the drafts were read as the signer; what they take the place of is theirs"):
        for row in rows:
            old = GridTarget.objects.filter(
                grid=row.grid_id, month=month, indicator=row.indicator, is_signed=True
            )
            old.delete()
    for row in rows:
        row.is_signed, row.signed_by, row.signed_at = True, actor, timezone.now()
        row.save(update_fields=["is_signed", "signed_by", "signed_at"])
    if (period := periods.get(month)) is not None:
        targets_apply(period)
    changes = {"grid": grid.pk, "month": month_write(month), "targets": [_told(row) for row in rows]}
    record(actor=actor, action=Action.TARGETS_SIGNED, subject=grid, changes=changes)
    return len(rows)


def _told(row: GridTarget) -> list[object]:
    levels = [None if value is None else str(value) for value in row.levels]
    return [row.grid_id, row.indicator, *levels, row.made_by_id]


class SignedTargets:
    """Compares signed targets with the trail: each stands as the last event that tells of its grid, month and indicator.

    Those signed while the trail is walked are looked at the next time.
    """

    def __init__(self) -> None:
        """Remember when the walk began."""
        self.began = timezone.now()
        self.told: dict[Place, str] = {}

    def note(self, event: AuditEvent) -> None:
        """Remember what an event says was signed, and by whom."""
        if event.action == Action.TARGETS_SIGNED:
            changes = json.loads(event.changes)
            for told in changes["targets"]:
                self.told[told[0], changes["month"], told[1]] = _line(told, event.actor_id)

    def faults(self) -> Iterator[str]:
        """Name the targets that are others than what was signed, or gone."""
        with waive_scope("a proof looks at every signature"):
            rows = list(GridTarget.objects.filter(is_signed=True).order_by("pk"))
        label, now, seen = GridTarget._meta.label_lower, timezone.now(), set[Place]()
        for row in rows:
            place = (row.grid_id, month_write(row.month), row.indicator)
            seen.add(place)
            is_new = row.signed_at is not None and self.began <= row.signed_at <= now
            if not is_new and self.told.get(place) != _line(_told(row), row.signed_by_id):
                yield f"{label} {row.pk}: no event tells that it was signed as it stands"
        for place in sorted(self.told.keys() - seen):
            yield f"{label}: what was signed for {place} is gone"


Place = tuple[int, str, str]


def _line(told: Sequence[Any], signer: int | None) -> str:
    """Write what was signed in one way, however many digits a number had."""
    _grid, _indicator, *levels, made_by = told
    figures = " / ".join("–" if level is None else f"{Decimal(level):.4f}" for level in levels)
    return f"{figures} ({made_by}, {signer})"


def targets_apply(period: Period) -> None:
    """Let the ranking of an open month ask each person for what is signed for the grids that he leads, and nobody else.

    Done whenever they are signed and at each computation: leads change. What was asked for such a grid of somebody who
    leads it no more is taken back, and what was set for him by himself before that is asked again. The day is today, or
    the month's first or last day where that lies outside. In the caller's transaction, which holds the month.
    """
    with waive_scope("a month belongs to the whole bank"):
        by_grid = _signed(period, GridTarget.objects.all())
        asked = _asked(period, by_grid)
        standing = {(row.user_id, row.indicator): row for row in Target.objects.filter(period=period)}
        gone, changed = list[int](), list[Target]()
        for place, row in sorted(standing.items()):
            was_signed = row.indicator in by_grid.get(row.grid_id, {})
            if row.own_value is None and not was_signed:
                # of before it was written down whose it is
                row.own_grid_id, row.own_value = row.grid_id, row.value
            own = None if row.own_value is None else (row.own_grid_id, row.own_value)
            wanted = asked.get(place, own)
            if wanted is None:
                gone.append(row.pk)
            elif (row.grid_id, row.value) != wanted:
                row.grid_id, row.value = wanted
                changed.append(row)
        Target.objects.filter(pk__in=gone).delete()
        Target.objects.bulk_update(changed, ["grid", "value", "own_grid", "own_value"], batch_size=BATCH)
        Target.objects.bulk_create(
            Target(period=period, user_id=user, indicator=key, grid_id=grid, value=value)
            for (user, key), (grid, value) in sorted(asked.items())
            if (user, key) not in standing
        )


def refuse_signed(actor: User, period: Period, user: User, grid: Grid, indicator: str) -> None:
    """Let nobody set by himself what is asked of somebody by what two have signed. Raises Refused."""
    signed = _signed(period, targeted.target_list(actor=actor).filter(indicator=indicator))
    if grid.pk in signed or (user.pk, indicator) in _asked(period, signed):
        raise Refused(
            _("Two have signed a target for this grid: write another, and have it signed."), field="value"
        )


def _signed(period: Period, rows: QuerySet[GridTarget]) -> dict[int, dict[str, Decimal]]:
    """Return what is signed to be assured of each grid that somebody leads by himself."""
    signed = rows.filter(
        month=period.month, is_signed=True, grid__tier=Tier.MANAGER, grid__path__startswith=period.grid.path
    )
    by_grid: dict[int, dict[str, Decimal]] = {}
    for row in signed.order_by("pk"):
        by_grid.setdefault(row.grid_id, {})[row.indicator] = row.assured
    return by_grid


def _asked(
    period: Period, by_grid: Mapping[int, Mapping[str, Decimal]]
) -> dict[tuple[int, str], tuple[int, Decimal]]:
    """Return by person and indicator what he is asked for, with the first of his grids that it is asked for."""
    day = min(max(timezone.localdate(), month_first(period.month)), month_last(period.month))
    leads = Assignment.on(day).filter(part=Part.LEAD, grid_id__in=by_grid).order_by("pk")
    found: dict[tuple[int, str], list[tuple[int, Decimal]]] = {}
    for lead in leads:
        for indicator, value in by_grid[lead.grid_id].items():
            found.setdefault((lead.user_id, indicator), []).append((lead.grid_id, value))
    return {
        place: (values[0][0], _one(place[1], [value for _grid, value in values]))
        for place, values in found.items()
    }


def _one(indicator: str, values: list[Decimal]) -> Decimal:
    """Return what is asked of who leads several grids: numbers add up, rates are their mean."""
    total = sum(values, Decimal(0))
    return (total / len(values)).quantize(Decimal("0.0001")) if INDICATORS[indicator].is_rate else total


class TargetsTold:
    """Compares what head office set for people by itself with the trail: each stands as the last event tells of it.

    What two signed is compared by `SignedTargets`, and put into a month's rows again at each computation.
    """

    def __init__(self) -> None:
        """Read the rows."""
        self.before = _own_targets()
        self.told: dict[int, list[Any]] = {}

    def note(self, event: AuditEvent) -> None:
        """Remember what an event says was set; older ones don't say for whom and where."""
        if event.action == Action.TARGET_SET:
            changes = json.loads(event.changes)
            line = [
                changes.get("user"),
                changes.get("grid"),
                changes["indicator"],
                f"{Decimal(changes['value']):.4f}",
            ]
            self.told[int(event.subject_id)] = line

    def faults(self) -> Iterator[str]:
        """Name the targets that are others than what was set, or gone; what changes meanwhile is looked at again."""
        label, after = Target._meta.label_lower, _own_targets()
        for pk, line in sorted(self.told.items()):
            if not any(_agrees(line, rows.get(pk)) for rows in (self.before, after)):
                yield f"{label} {pk}: it is not what the events tell of it"
        for pk in sorted((self.before.keys() & after.keys()) - self.told.keys()):
            yield f"{label} {pk}: no event tells that it was set"


def _agrees(told: list[Any], row: list[Any] | None) -> bool:
    if row is None:
        # one that two signed over, when nothing was kept of it yet
        return told[0] is None
    return all(said in {None, stands} for said, stands in zip(told, row, strict=True))


def _own_targets() -> dict[int, list[Any]]:
    """Return by key for whom, where, of what and how much was set, of the targets that aren't what two signed."""
    with waive_scope("a proof looks at every target"):
        signed = set(GridTarget.objects.filter(is_signed=True).values_list("grid_id", "month", "indicator"))
        rows = list(Target.objects.select_related("period").order_by("pk"))
    return {
        row.pk: [
            row.user_id,
            row.own_grid_id or row.grid_id,
            row.indicator,
            f"{row.own_value or row.value:.4f}",
        ]
        for row in rows
        if row.own_value is not None or (row.grid_id, row.period.month, row.indicator) not in signed
    }
