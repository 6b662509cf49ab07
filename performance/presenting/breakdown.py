"""What one number of a score is made of: the branches of a bank, the people of a branch, the grids of a person."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from gridbank.days import month_write
from people.models import User
from performance import parts
from performance.enums import Level
from performance.indicators import INDICATORS
from performance.models import Score
from performance.presenting.gauges import Gauge, gauge_of, percent, pieces

BELOW = {Level.BANK: Level.BRANCH, Level.BRANCH: Level.MANAGER}


def rows_address(score_id: int, month: Any, indicator: str, level: str, **query: Any) -> str:
    """Return the page behind a number: of many people first the parts, of one person the rows."""
    name = "performance:facts" if level == Level.MANAGER else "performance:parts"
    found = reverse(name, args=[month_write(month), score_id, indicator])
    return f"{found}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else found


def breakdown(*, actor: User, score: Score, indicator: str) -> dict[str, Any]:
    """Return the parts of a number with numerator, denominator and target each, furthest behind first."""
    line = next((one for one in score.lines.all() if one.indicator == indicator), None)
    run = score.run
    whole = gauge_of(line, run.as_of) if line else None
    rows = _parts(actor, score, indicator, line) if line else []
    rows.sort(key=lambda row: (row["gauge"].gap is not None, row["gauge"].gap or Decimal(0)))
    behind = [row for row in rows if row["gauge"].needs_push]
    return {
        "score": score,
        "period": run.period,
        "run": run,
        "indicator": INDICATORS[indicator],
        "whole": whole,
        "done": pieces(line.numerator) if line else "",
        "due": pieces(line.denominator) if line else "",
        "rows": rows,
        "rest": _rest(line, rows) if line else None,
        "of": _of(score),
        "above": _above(actor, score, indicator),
        "rows_url": reverse("performance:facts", args=[month_write(run.period.month), score.pk, indicator]),
        "push": _words(whole, behind) if whole and behind else None,
    }


def _of(score: Score) -> str:
    words = {Level.BANK: _("Branch"), Level.BRANCH: _("Account manager"), Level.MANAGER: _("Grid")}
    return words[Level(score.level)]


def _parts(actor: User, score: Score, indicator: str, line: Any) -> list[dict[str, Any]]:
    month, day = score.run.period.month, score.run.as_of
    if score.level == Level.MANAGER:
        sums = parts.sums_by_grid(actor=actor, score=score, indicator=indicator)
        found = [
            (
                one.name,
                "",
                one.as_line(line),
                rows_address(score.pk, month, indicator, Level.MANAGER, grid=one.grid_id),
            )
            for one in sums
        ]
    else:
        level = BELOW[Level(score.level)]
        lines = parts.lines_below(actor=actor, score=score, level=level, indicator=indicator)
        found = [
            (
                one.score.subject_name,
                one.score.staff_no,
                one,
                rows_address(one.score_id, month, indicator, level),
            )
            for one in lines
        ]
    return [_row(name, note, part, gauge_of(part, day, url=url)) for name, note, part, url in found]


def _row(name: str, note: str, part: Any, gauge: Gauge) -> dict[str, Any]:
    short = None if gauge.due is None else max(0, int(gauge.due - part.numerator))
    return {
        "name": name,
        "note": note,
        "gauge": gauge,
        "done": pieces(part.numerator),
        "due": pieces(part.denominator),
        "part": part,
        "short": short,
    }


def _rest(line: Any, rows: list[dict[str, Any]]) -> dict[str, str] | None:
    """Return what belongs to none of the parts: nobody led it, or a colleague from elsewhere did it."""
    done = line.numerator - sum((row["part"].numerator for row in rows), Decimal(0))
    due = line.denominator - sum((row["part"].denominator for row in rows), Decimal(0))
    return {"done": pieces(done), "due": pieces(due)} if done or due else None


def _above(actor: User, score: Score, indicator: str) -> dict[str, str] | None:
    """Return the score that this one is a part of, where the reader may see it."""
    if score.level == Level.BANK:
        return None
    above = parts.score_above(actor=actor, score=score)
    if above is None:
        return None
    return {
        "name": above.subject_name,
        "url": rows_address(above.pk, score.run.period.month, indicator, above.level),
    }


def _words(whole: Gauge, behind: list[dict[str, Any]]) -> dict[str, Any]:
    """Write what is sent to those who are behind."""
    told = pgettext("between names", ", ").join(
        f"{row['name']} {row['gauge'].shown} (−{row['gauge'].gap_shown})" for row in behind
    )
    text = _(
        "%(measure)s: by now %(pace)s are due, the target of the month is %(target)s. Behind: %(names)s."
    )
    return {
        "n": len(behind),
        "verb": ngettext("Push %(n)s", "Push %(n)s", len(behind)) % {"n": len(behind)},
        "text": text
        % {
            "measure": whole.indicator.name,
            "pace": whole.pace_shown,
            "target": whole.target_shown,
            "names": told,
        },
    }


def subtotals(*, actor: User, score: Score, indicator: str, chosen: int | None) -> list[dict[str, Any]]:
    """Return the sums of the rows by grid, for the list of a person's or a branch's rows."""
    sums = parts.sums_by_grid(actor=actor, score=score, indicator=indicator)
    return [
        {
            "grid_id": one.grid_id,
            "name": one.name,
            "done": pieces(one.numerator),
            "due": pieces(one.denominator),
            "share": percent(one.numerator / one.denominator) if one.denominator else None,
            "counted": one.counted,
            "left": one.left,
            "current": one.grid_id == chosen,
        }
        for one in sums
    ]
