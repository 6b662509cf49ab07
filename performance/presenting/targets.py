"""How a sheet of targets is shown: a line each for the branch, its grids, what they add up to and how far that is off."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.forms import BaseForm
from django.utils.formats import number_format

from gridbank.days import month_before, month_write
from performance.indicators import INDICATORS
from performance.targeted import LEVELS, Levels, Row, Sheet


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


def _line(row: Row, form: BaseForm) -> dict[str, Any]:
    draft = row.draft is not None
    return {
        "grid": row.grid,
        "lead": row.lead,
        "households": row.households,
        "fields": [form[f"{name}_{row.grid.pk}"] for name, _label in LEVELS],
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
