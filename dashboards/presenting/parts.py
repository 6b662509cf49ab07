"""What several homes show: addresses of what is behind a number, the map's choices, how far a month can be trusted."""

from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils import timezone

from dashboards import selectors
from gridbank.addresses import address
from gridbank.context import memo
from grids import measures
from performance.enums import Level
from performance.models import Period, Score
from performance.policies import FINAL
from performance.presenting.gauges import Gauge, gauge_of, pieces


class Asked(Protocol):
    """What may be asked of a home, as its form says."""

    @property
    def chosen(self) -> str:
        """Return the key of the measure that colours the map."""

    @property
    def order(self) -> str:
        """Return by which column rows are sorted; a minus before it turns it round."""

    @property
    def skipped(self) -> list[int]:
        """Return the households that are left for later."""


def facts_address(score: Score, indicator: str) -> str:
    """Return the page behind one number of a score: of many people first the parts, of one person the rows."""
    below = f"{score_address(score)}{indicator}/"
    return below if score.level == Level.MANAGER else f"{below}parts/"


def score_address(score: Score) -> str:
    """Return the page that breaks a score down; a row of the bank's home asks for it seven times."""
    kept, key = memo(), ("score_address", score.pk)
    if key not in kept:
        kept[key] = address("performance:score", score.run.period.month, score.pk)
    found: str = kept[key]
    return found


def visits_address(*, since: date, **query: Any) -> str:
    """Return the visits from a day on until today."""
    return address("visits:list", **query, since=since, until=timezone.localdate())


def colours(form: Asked, **around: Any) -> dict[str, Any]:
    """Return what the map needs: the choices, the chosen one, the address of its data."""
    chosen = form.chosen
    return {
        "form": form,
        "measure": measures.find(chosen),
        "choices": [
            {"label": one.label, "url": f"?measure={one.key}", "current": one.key == chosen}
            for one in measures.registered()
            if one.on_map
        ],
        "map_page": address("ground:map", measure=chosen, **around),
    }


def state(period: Period | None) -> dict[str, Any]:
    """Return how far a month's numbers can be trusted: until which day they count and whether they may change."""
    if period is None:
        return {"period": None}
    run = period.current_run
    return {
        "period": period,
        "period_url": address("performance:period", period.month),
        "as_of": run.as_of if run else None,
        "is_final": period.status in FINAL,
    }


def grid_rows(rows: list[selectors.GridRow]) -> list[dict[str, Any]]:
    """Return the grids with the days nobody was met and the addresses of what each number counts."""
    today = timezone.localdate()
    return [
        {
            "row": row,
            "idle": None if row.oldest is None else max(0, (today - row.oldest).days),
            "all_url": address("customers:list", grid=row.grid.pk),
            "never_url": address("customers:list", grid=row.grid.pk, met="never"),
        }
        for row in rows
    ]


def figure(
    gauge: Gauge, line: Any, part: tuple[Decimal, Decimal] | None, earlier: Any | None
) -> dict[str, Any]:
    """Return a number with what it is made of and what stood a month earlier.

    That is the same day's, or the month's end where no days are known; `part` and `earlier` are of that month.
    """
    shown = {
        "gauge": gauge,
        "part": pieces(line.numerator),
        "whole": pieces(line.denominator) if gauge.indicator.is_rate else "",
    }
    if part is None:
        then = gauge_of(earlier, earlier.score.run.as_of).shown if earlier else ""
        return {**shown, "then": then, "same_day": False}
    done, of = part
    if gauge.indicator.is_rate and not of:
        return {**shown, "then": "", "same_day": True}
    value = Decimal(100) * done / of if gauge.indicator.is_rate else done
    return {**shown, "then": gauge.say(value.quantize(Decimal("0.1"))), "same_day": True}
