"""Head office's home: the bank's rates, its map, who needs a push, and the branches compared."""

from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.selectors import claims_waiting
from dashboards import selectors
from dashboards.charts import Bar, Series
from dashboards.presenting.parts import Asked, colours, facts_address, score_address, state
from gridbank.addresses import address
from grids.selectors import backdatings_to_sign
from people.models import User
from performance.indicators import INDICATORS, measured_by
from performance.models import Score
from performance.policies import FINAL
from performance.presenting.gauges import percent
from performance.selectors import alarms

PUSHED = 3


def bank(*, actor: User, form: Asked) -> tuple[str, dict[str, Any]]:
    """Return the template and the context."""
    found = selectors.bank(actor=actor)
    bars = _bars(actor, form.chosen, found)
    columns = _columns(found.branches)
    context = {
        **colours(form),
        **state(found.period),
        "alarms": alarms(actor=actor),
        "to_sign": backdatings_to_sign(actor=actor).count(),
        "to_confirm": claims_waiting(actor=actor),
        "cards": _cards(found),
        "bars": bars,
        "behind": _behind(bars["rows"], most_is_worst=bars["most_is_worst"]),
        "trailing": [_rank_row(score) for score in found.ranks.last[: -PUSHED - 1 : -1]],
        "columns": [INDICATORS[key].name for key in columns],
        "branches": [_branch_row(row, columns) for row in found.branches],
        "trend": _trend(found),
        "first": [_rank_row(score) for score in found.ranks.first],
        "last": [_rank_row(score) for score in found.ranks.last],
        "ranked": found.ranks.count,
        "vacant": found.vacant,
        "vacant_count": found.vacant_count,
        "vacant_url": address("grids:list", vacant="on"),
    }
    return "dashboards/bank.html", context


def _rates(found: selectors.Bank) -> list[str]:
    """Return the rates that the month counted, in its scheme's order."""
    return [key for key in selectors.lines_of(found.score) if INDICATORS[key].is_rate]


def _columns(branches: list[selectors.BranchRow]) -> list[str]:
    """Return what the month counted, in its scheme's order."""
    return list(dict.fromkeys(key for row in branches for key in row.lines))


def _cards(found: selectors.Bank) -> list[dict[str, Any]]:
    """Return the bank's rates with what changed since the month before."""
    lines = selectors.lines_of(found.score)
    before = found.months[-2].actuals if len(found.months) > 1 else {}
    # Half a month isn't compared with a whole one: the change is only shown once it is final.
    is_final = found.period is not None and found.period.status in FINAL
    cards = []
    for key in _rates(found):
        line = lines[key]
        now, then = percent(line.actual), percent(before.get(key))
        cards.append(
            {
                "label": INDICATORS[key].name,
                "value": now,
                "change": now - then if is_final and now is not None and then is not None else None,
                "before": then,
                "of": line.denominator.quantize(Decimal(1)),
                "course": [percent(point.actuals.get(key)) for point in found.months],
                "url": facts_address(line.score, key),
            }
        )
    return cards


def _bars(actor: User, key: str, found: selectors.Bank) -> dict[str, Any]:
    """Return the branches compared by the chosen measure, the best first; by points if the month hasn't counted it."""
    indicator = measured_by(key)
    if indicator is None:
        return _bars_of_quiet_grids(actor, found.branches)
    if found.branches and indicator.key not in _columns(found.branches):
        return _bars_of_points(found.branches)
    pairs = [(row.score, row.lines.get(indicator.key)) for row in found.branches]
    bars = [
        Bar(score.subject_name, percent(line.actual) if line else None, facts_address(score, indicator.key))
        for score, line in pairs
    ]
    return {
        "title": indicator.name,
        "worst": _("Lowest branches: %(measure)s") % {"measure": indicator.name},
        "most_is_worst": False,
        "unit": "%",
        "maximum": 100,
        "rows": sorted(bars, key=lambda bar: -1 if bar.value is None else float(bar.value), reverse=True),
    }


def _bars_of_quiet_grids(actor: User, branches: list[selectors.BranchRow]) -> dict[str, Any]:
    quiet = selectors.quiet_grids(actor=actor)
    bars = [
        Bar(
            row.score.subject_name,
            quiet.get(row.score.subject_id, 0),
            address("grids:list", branch=row.score.subject_id),
        )
        for row in branches
    ]
    return {
        "title": _("Grids in which nobody was met for 30 days"),
        "worst": _("Branches with the most grids in which nobody was met for 30 days"),
        "most_is_worst": True,
        "unit": "",
        "maximum": None,
        "rows": sorted(bars, key=lambda bar: bar.value or 0),
    }


def _bars_of_points(branches: list[selectors.BranchRow]) -> dict[str, Any]:
    bars = [
        Bar(row.score.subject_name, row.score.total.quantize(Decimal("0.1")), score_address(row.score))
        for row in branches
    ]
    return {
        "title": _("Points"),
        "worst": _("Lowest branches: %(measure)s") % {"measure": _("Points")},
        "most_is_worst": False,
        "unit": "",
        "maximum": None,
        "rows": sorted(bars, key=lambda bar: bar.value or 0, reverse=True),
    }


def _behind(bars: list[Bar], *, most_is_worst: bool) -> list[Bar]:
    """Return the last few of the branches compared, the worst first; with too few to compare, none."""
    known = [bar for bar in bars if bar.value is not None and (bar.value or not most_is_worst)]
    return known[: -PUSHED - 1 : -1] if len(known) > PUSHED else []


def _branch_row(row: selectors.BranchRow, columns: list[str]) -> dict[str, Any]:
    cells = []
    for key in columns:
        line = row.lines.get(key)
        is_rate = INDICATORS[key].is_rate
        value = None if line is None else percent(line.actual) if is_rate else line.numerator
        cells.append(
            {
                "label": INDICATORS[key].name,
                "value": value,
                "is_rate": is_rate,
                "url": facts_address(row.score, key) if line else "",
            }
        )
    return {
        "score": row.score,
        "cells": cells,
        "url": score_address(row.score),
        "grid_url": address("grids:detail", row.score.subject_id),
    }


def _trend(found: selectors.Bank) -> dict[str, Any]:
    return {
        "series": [
            Series(str(INDICATORS[key].name), [percent(point.actuals.get(key)) for point in found.months])
            for key in _rates(found)
        ],
        "labels": [
            date_format(point.month, pgettext("how a month is written on an axis", "M"))
            for point in found.months
        ],
        "urls": [address("performance:period", point.month) for point in found.months],
        "count": len(found.months),
    }


def _rank_row(score: Score) -> dict[str, Any]:
    return {"score": score, "url": score_address(score)}
