"""From what a home's selector found to what its template shows: numbers with the links to their rows."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.models import Household
from customers.selectors import claims_waiting
from dashboards import selectors
from dashboards.charts import Bar, Series
from dashboards.policies import Home, home_of
from dashboards.presenting import officers
from gridbank.addresses import address
from gridbank.context import memo
from gridbank.days import month_first
from grids import measures
from grids.selectors import backdatings_to_sign
from people.models import User
from people.policies import walks_grids
from performance.indicators import INDICATORS, measured_by
from performance.models import Period, Score
from performance.policies import FINAL
from performance.presenting.explaining import explain
from performance.selectors import alarms

HUNDRED = Decimal(100)
PUSHED = 3

Page = tuple[str, dict[str, Any]]


class Colouring(Protocol):
    """By which measure a home's map is coloured: as its form says."""

    @property
    def chosen(self) -> str:
        """Return the measure's key."""


def home(*, actor: User, form: Colouring) -> Page:
    """Return the template and the context of a person's own home."""
    if not actor.is_business:
        return officers.home(actor=actor)
    if not selectors.is_assigned(actor=actor):
        return "dashboards/unassigned.html", {"walks_grids": walks_grids(actor)}
    pages: dict[Home, Callable[..., Page]] = {
        Home.BANK: _bank,
        Home.BRANCH: _branch,
        Home.MANAGER: _manager,
    }
    return pages[home_of(actor)](actor=actor, form=form)


def facts_address(score: Score, indicator: str) -> str:
    """Return the page of the rows that one number of a score was counted from: it lies below the score's."""
    return f"{score_address(score)}{indicator}/"


def score_address(score: Score) -> str:
    """Return the page that breaks a score down; a row of the bank's home asks for it seven times."""
    kept, key = memo(), ("score_address", score.pk)
    if key not in kept:
        kept[key] = address("performance:score", score.run.period.month, score.pk)
    found: str = kept[key]
    return found


def percent(value: Decimal | None) -> Decimal | None:
    """Turn a share into per cent with one decimal."""
    return None if value is None else (HUNDRED * value).quantize(Decimal("0.1"))


def _colours(form: Colouring, **around: Any) -> dict[str, Any]:
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


def _state(period: Period | None) -> dict[str, Any]:
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


def _bank(*, actor: User, form: Colouring) -> Page:
    found = selectors.bank(actor=actor)
    bars = _bars(actor, form.chosen, found)
    columns = _columns(found.branches)
    context = {
        **_colours(form),
        **_state(found.period),
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


def _grid_rows(rows: list[selectors.GridRow]) -> list[dict[str, Any]]:
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


def _ground(rows: list[selectors.GridRow]) -> dict[str, Any]:
    households = sum(row.households for row in rows)
    met = sum(row.met for row in rows)
    return {
        "households": households,
        "never": sum(row.never for row in rows),
        "met": met,
        "coverage": percent(Decimal(met) / households) if households else None,
        "archived": sum(row.archived for row in rows),
    }


def _blind(households: list[Household]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {
            "household": one,
            "idle": (today - one.last_met_on).days if one.last_met_on else None,
        }
        for one in households
    ]


def _branch(*, actor: User, form: Colouring) -> Page:
    found = selectors.branch_home(actor=actor)
    around = {"grid": found.root.pk} if found.root else {}
    context = {
        **_colours(form, **around),
        **_state(found.period),
        "root": found.root,
        "to_confirm": claims_waiting(actor=actor),
        "ground": _ground(found.grids),
        "grids": _grid_rows(found.grids),
        "blind": _blind(found.blind),
        "people": [_person_row(row) for row in found.people],
        "month_url": _visits_address(since=month_first(timezone.localdate())),
        "silent": sum(row.today == 0 for row in found.people),
        "logged": _names([row.user.name for row in found.people if row.today]),
        "score": found.score,
        "score_url": score_address(found.score) if found.score else "",
        "bars": [
            Bar(score.subject_name, score.total.quantize(Decimal("0.1")), score_address(score))
            for score in found.ranked
        ],
        "ranks": [_rank_row(score) for score in found.ranked],
    }
    return "dashboards/branch.html", context


def _names(names: list[str]) -> str:
    """Write a few names in a row; of many, none: the list below has them."""
    return pgettext("between names", ", ").join(names) if len(names) <= PUSHED else ""


def _visits_address(*, since: date, **query: Any) -> str:
    return address("visits:list", **query, since=since, until=timezone.localdate())


def _person_row(row: selectors.PersonRow) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "row": row,
        "today_url": _visits_address(since=today, staff=row.user.pk),
        "month_url": _visits_address(since=month_first(today), staff=row.user.pk),
    }


def _manager(*, actor: User, form: Colouring) -> Page:  # noqa: ARG001  his home has no map to colour
    month = selectors.own_month(actor=actor)
    grids = selectors.grid_rows(actor=actor)
    today = selectors.today(actor=actor)
    context = {
        **_state(month.period if month else None),
        "month": month,
        "ways": _ways(month) if month else [],
        "score_url": score_address(month.score) if month else "",
        "lines": [_own_line(month.score, line) for line in month.score.lines.all()] if month else [],
        "ground": _ground(grids),
        "grids": _grid_rows(grids),
        "today": today,
        "visits_today": len(today.done),
        "today_url": _visits_address(since=timezone.localdate(), staff=actor.pk),
        "month_url": _visits_address(since=month_first(timezone.localdate()), staff=actor.pk),
        "visits_month": selectors.visits_this_month(actor=actor),
    }
    return "dashboards/manager.html", context


def _ways(month: selectors.OwnMonth) -> list[dict[str, Any]]:
    """Return in words what would gain a place, each by itself, with the page where it is done."""
    if month.gap is None:
        return []
    caps = selectors.caps(period=month.period)
    rows = explain(score=month.score, caps=caps, gap=month.gap.points, before=None)
    return [
        {"text": way.say(int(row.needed)), "url": address(way.route, **way.query)}
        for row in rows
        if row.needed is not None and (way := row.indicator.way)
    ]


def _own_line(score: Score, line: Any) -> dict[str, Any]:
    one = INDICATORS[line.indicator]
    return {
        "name": one.name,
        "is_rate": one.is_rate,
        "actual": percent(line.actual) if one.is_rate else line.numerator,
        "target": percent(line.target) if one.is_rate else line.target,
        "reached": None if line.attainment is None else min(HUNDRED, HUNDRED * line.attainment),
        "points": line.points,
        "weight": line.weight,
        "url": facts_address(score, line.indicator),
    }
