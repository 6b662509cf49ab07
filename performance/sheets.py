"""The file of the targets: what is asked of a grid in a month, as drafts that a second person signs on the page."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from exchange.services import one_by_one
from exchange.sheets import (
    CLEAR,
    Column,
    Fate,
    Fault,
    Holds,
    Outcome,
    Row,
    Sheet,
    Source,
    Stored,
    Undone,
    register,
    wrong,
)
from gridbank.days import month_write
from gridbank.errors import Refused
from grids.authority import Act, may, why_not
from grids.enums import Tier
from grids.models import Grid
from grids.selectors import grids_by_code
from people.models import User
from performance import services, targeted
from performance.indicators import INDICATORS
from performance.targeted import Levels

HUNDRED = Decimal(100)
LEVELS = ("assured", "aimed", "stretch")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?(?:[-/.]\d{1,2}日?)?(?:[ T].*)?")

COLUMNS = (
    Column(
        key="grid", label=pgettext_lazy("file", "Grid code"), holds=Holds.CODE, required=True, example="PT0103",
        about=gettext_lazy("A branch, the bank, or a base grid of a branch."), aliases=("编号", "网格编号", "编码", "支行编号"),
    ),
    Column(
        key="month", label=gettext_lazy("Month"), required=True, example="2026-12",
        about=gettext_lazy("The month for which it is asked."), aliases=("月份", "考核月", "考核月份", "年月"),
    ),
    Column(
        key="indicator", label=gettext_lazy("Indicator"), holds=Holds.CHOICE, required=True, example="新增客户",
        choices=[(one.key, one.name) for one in INDICATORS.values()],
        about=gettext_lazy("As the ranking calls it."), aliases=("指标", "考核指标", "指标名称"),
    ),
    Column(
        key="assured", label=gettext_lazy("Assured"), holds=Holds.NUMBER, required=True, example="30",
        about=gettext_lazy("A rate is written in percent: 80."), aliases=("保底", "保底值", "目标", "目标值", "任务", "任务数"),
    ),
    Column(
        key="aimed", label=gettext_lazy("Aimed at"), holds=Holds.NUMBER, example="40",
        about=gettext_lazy("Not below what is assured."), aliases=("力争", "力争值"),
    ),
    Column(
        key="stretch", label=gettext_lazy("Stretch"), holds=Holds.NUMBER, example="50",
        about=gettext_lazy("Not below what is aimed at."), aliases=("挑战", "挑战值", "冲刺"),
    ),
)  # fmt: skip


def month_of(text: str) -> date | None:
    """Return a month however it is written; None when it is none."""
    found = _MONTH.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def _place(grid: Grid) -> Grid:
    """Return for which grid its target is written: an account manager's for his branch."""
    return grid.parent if grid.tier == Tier.MANAGER and grid.parent is not None else grid


def _levels(values: Any, standing: Levels, *, is_rate: bool) -> Levels:
    """Return the levels that a row asks for; what it leaves out stays, "—" takes it away."""
    found: list[Decimal | None] = []
    for name, before in zip(LEVELS, standing, strict=True):
        said = values.get(name)
        if said is None:
            found.append(before)
        elif said == CLEAR:
            found.append(None)
        else:
            found.append(Decimal(said) / (HUNDRED if is_rate else 1))
    return found[0], found[1], found[2]


def _told(levels: Levels) -> dict[str, str | None]:
    pairs = zip(LEVELS, levels, strict=True)
    return {name: None if value is None else f"{value:.4f}" for name, value in pairs}


def store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Write what is asked as drafts; what is asked already stays as it is."""
    grids = grids_by_code(actor=source.reader, codes=[row.values["grid"] for row in rows])
    return one_by_one(rows, lambda row: _stored(source, grids.get(row.values["grid"]), row))


def _wrong(source: Source, grid: Grid | None, month: date | None) -> Outcome | None:
    if source.actor is None:
        return wrong("", _("Targets are written by a person."), _("Say on whose behalf the file is brought."))
    if grid is None:
        return wrong("grid", _("There is no such grid, or it isn't yours."), _("Look it up in the grids."))
    if month is None:
        return wrong("month", _("It is no month."), _("Write it as 2026-12."))
    return None


def _stored(source: Source, grid: Grid | None, row: Row) -> Outcome:
    month, indicator = month_of(row.values["month"]), row.values["indicator"]
    refused = _wrong(source, grid, month)
    if refused is not None or grid is None or month is None:
        return refused or Outcome(Fate.WRONG)
    place = _place(grid)
    sheet = targeted.sheet(actor=source.actor, grid=place, month=month, indicator=indicator)
    line = next((one for one in (sheet.own, *sheet.rows) if one.grid.pk == grid.pk), None)
    if line is None:
        return wrong("grid", _("Nothing is asked of special grids."), _("Name the base grid."))
    levels = _levels(row.values, line.levels, is_rate=INDICATORS[indicator].is_rate)
    if levels == line.levels:
        return Outcome(Fate.UNCHANGED)
    day = timezone.localdate(line.standing.made_at) if line.standing else source.as_of
    if day > source.as_of and not row.taken:
        sentence = _("It was changed here on %(day)s.") % {"day": day.isoformat()}
        return Outcome(Fate.WAITING, (Fault("grid", sentence),))
    services.targets_write(
        actor=source.actor, grid=place, month=month, indicator=indicator, rows={grid.pk: levels}
    )
    subject = f"{grid.code}|{month_write(month)}|{indicator}"
    fate = Fate.CHANGED if line.standing else Fate.NEW
    return Outcome(fate, subject=subject, before=_told(line.levels), after=_told(levels))


def undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Put back what was asked before; what was signed or written anew since stays."""
    grids = grids_by_code(actor=source.actor, codes=[row.subject.split("|")[0] for row in rows])
    return [_undone(source, grids, row) for row in rows]


def _undone(source: Source, grids: dict[str, Grid], row: Stored) -> Undone:
    code, written, indicator = row.subject.split("|")
    grid, month = grids.get(code), month_of(written)
    if grid is None or month is None:
        return Undone(_("It is gone, or no longer yours."))
    place = _place(grid)
    sheet = targeted.sheet(actor=source.actor, grid=place, month=month, indicator=indicator)
    line = next((one for one in (sheet.own, *sheet.rows) if one.grid.pk == grid.pk), None)
    if line is None or line.draft is None or _told(line.levels) != dict(row.after):
        return Undone(_("%(grid)s: it was signed or changed since.") % {"grid": grid.name})
    before = [None if row.before[name] is None else Decimal(row.before[name]) for name in LEVELS]
    levels: Levels = (before[0], before[1], before[2])
    try:
        services.targets_write(
            actor=source.actor, grid=place, month=month, indicator=indicator, rows={grid.pk: levels}
        )
    except (Refused, PermissionDenied, Http404) as refused:
        return Undone(str(refused) or _("You may not do this."))
    return Undone()


def out(actor: User) -> Iterator[dict[str, str]]:
    """Return what will stand of targets for this month and those to come, as rows of such a file."""
    this = timezone.localdate().replace(day=1)
    rows = (
        targeted.target_list(actor=actor).filter(month__gte=this).order_by("month", "grid__code", "indicator")
    )
    standing = {(one.grid_id, one.month, one.indicator): one for one in rows.order_by("-is_signed", "pk")}
    for one in standing.values():
        by = HUNDRED if INDICATORS[one.indicator].is_rate else Decimal(1)
        levels = {
            name: f"{(value * by).normalize():f}"
            for name, value in zip(LEVELS, one.levels, strict=True)
            if value is not None
        }
        yield {"grid": one.grid.code, "month": month_write(one.month), "indicator": one.indicator, **levels}


TARGETS = Sheet(
    kind="targets",
    label=pgettext_lazy("file", "Targets"),
    about=gettext_lazy("One row a grid, month and indicator. They hold once head office has signed them."),
    columns=COLUMNS,
    may=lambda actor: may(actor, Act.TARGET_WRITE),
    why_not=lambda actor: why_not(actor, Act.TARGET_WRITE),
    oversees=lambda actor: may(actor, Act.BANK_READ),
    store=store,
    undo=undo,
    out=out,
    most=20_000,
    place=70,
)


def register_sheets() -> None:
    """Declare the kind. Called once, when the app is ready."""
    register(TARGETS)
