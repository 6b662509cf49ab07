"""How a sheet of targets is shown: a line each for the branch, its grids, what they add up to and how far that is off."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.forms import BaseForm
from django.utils.formats import number_format

from gridbank.days import month_before, month_write
from people.models import User
from performance.indicators import INDICATORS
from performance.models import GridTarget
from performance.targeted import LEVELS, Levels, Row, Sheet, replaced


def page(*, asked: BaseForm, sheet: Sheet, form: BaseForm, month: date, indicator: str) -> dict[str, Any]:
    """Return what the page shows."""
    is_rate = INDICATORS[indicator].is_rate
    return {
        "place": asked,
        "grid": sheet.own.grid,
        "month": month_write(month),
        "before": month_write(month_before(month, 1)),
        "after": month_write(month_before(month, -1)),
        "indicator": INDICATORS[indicator],
        "tabs": [
            {"key": one.key, "name": one.name, "current": one.key == indicator} for one in INDICATORS.values()
        ],
        "levels": [label for _name, label in LEVELS],
        "own": _line(sheet.own, form),
        "rows": [_line(row, form) for row in sheet.rows],
        "sums": [] if is_rate else _written(sheet.sums),
        "differences": [] if is_rate else _written(sheet.differences, signed=True),
        "is_off": not is_rate and any(sheet.differences),
        "is_rate": is_rate,
    }


def unsigned(*, actor: User, drafts: Iterable[GridTarget]) -> list[dict[str, Any]]:
    """Return what a signature would put in force: each grid's levels, beside what is signed now."""
    found = list(drafts)
    before = replaced(actor=actor, drafts=found)
    return [
        {
            "row": row,
            "indicator": INDICATORS[row.indicator].name,
            "now": _levels(row),
            "before": _levels(before[row.pk]) if row.pk in before else "",
        }
        for row in found
    ]


def _levels(row: GridTarget) -> str:
    """Return the levels in their order; one left out between two others keeps its place, or its neighbour took it."""
    last = max(place for place, value in enumerate(row.levels) if value is not None)
    return " / ".join(_level(row, value) for value in row.levels[: last + 1])


def _level(row: GridTarget, value: Decimal | None) -> str:
    if value is None:
        return "–"
    if INDICATORS[row.indicator].is_rate:
        return _number(value * 100, signed=False) + "%"
    return _number(value, signed=False)


def _line(row: Row, form: BaseForm) -> dict[str, Any]:
    draft = row.draft is not None
    return {
        "grid": row.grid,
        "lead": row.lead,
        "households": row.households,
        "fields": [(form[f"{name}_{row.grid.pk}"], label) for name, label in LEVELS],
        "state": "draft" if draft else "signed" if row.signed else "",
        "by": row.standing.made_by
        if row.standing and draft
        else row.standing.signed_by
        if row.standing
        else None,
    }


def _written(values: Levels, *, signed: bool = False) -> list[str]:
    return ["" if value is None else _number(value, signed=signed) for value in values]


def _number(value: Decimal, *, signed: bool) -> str:
    text = number_format(value.normalize() if value else 0, force_grouping=True, use_l10n=True)
    return f"+{text}" if signed and value > 0 else text
