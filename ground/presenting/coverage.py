"""How the coverage page is drawn: its promises, its sorted lines, what every number opens."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from gridbank.addresses import address
from gridbank.pages import query_with
from grids.enums import Tier
from ground.covered import Asked, Coverage, Line, Reach
from ground.covers import Cover, registered

# by what else the lines can be sorted, and what stands above them
OFFICIAL, POINTS, FAR = "official", "points", "far"


def coverage_shown(request: HttpRequest, asked: Asked, found: Coverage, order: str) -> dict[str, Any]:
    """Return what the page shows."""
    return {
        "around": asked.around,
        "window": asked.window,
        "against": asked.against,
        "promises": [_promise(asked, one, found) for one in registered() if one.promise],
        "columns": registered(),
        "heads": _heads(request, order),
        "rows": [_row(request, asked, line) for line in _sorted(asked, found.lines, order)],
        "total": found.total,
        "sums": _cells(asked, found.total, found.then, None),
        "remote": found.remote,
        "villages": found.villages,
    }


def _change(now: Decimal | None, then: Decimal | None) -> str:
    """Return a difference in points of per cent, with its sign."""
    return "" if now is None or then is None else f"{now - then:+.1f}".replace("-", "\u2212")


def _rate(one: Cover, reach: Reach) -> Decimal | None:
    """Return a column's per cents; the households kept here are none of themselves, only of the register."""
    is_whole = one.key == registered()[0].key and reach.official is None
    return None if is_whole else reach.rate(one.key)


def _cell(one: Cover, now: Reach, then: Reach | None) -> dict[str, Any]:
    rate = _rate(one, now)
    change = _change(rate, _rate(one, then)) if then else ""
    return {"cover": one, "count": now.households.get(one.key, 0), "rate": rate, "change": change}


def _promise(asked: Asked, one: Cover, found: Coverage) -> dict[str, Any]:
    return {**_cell(one, found.total, found.then), "url": _opens(asked, one, None)}


def _cells(asked: Asked, now: Reach, then: Reach | None, line: Line | None) -> list[dict[str, Any]]:
    return [{**_cell(one, now, then), "url": _opens(asked, one, line)} for one in registered()]


def _opens(asked: Asked, one: Cover, line: Line | None) -> str:
    """Return the list of exactly what is counted: of today, and of a grid with all that lies below it."""
    grid = asked.around if line is None else line.grid
    loose = line is not None and _is_loose(asked, line)
    if not one.opens or loose or asked.window.last != timezone.localdate():
        return ""
    return address("customers:list", grid=grid.pk, **one.opens)


def _is_loose(asked: Asked, line: Line) -> bool:
    """Whether a line is what lies in none of the grids below."""
    return line.grid.pk == asked.around.pk and asked.around.tier != Tier.MANAGER


def _row(request: HttpRequest, asked: Asked, line: Line) -> dict[str, Any]:
    loose, url = _is_loose(asked, line), line.grid.get_absolute_url()
    if line.grid.tier == Tier.BRANCH:
        url = query_with(request, grid=line.grid.pk)
    return {
        "line": line,
        "name": _("In no grid below") if loose else line.grid.name,
        "url": "" if loose else url,
        "vacant": line.lead is None and not loose,
        "cells": _cells(asked, line.reach, line.then, line),
    }


def _by(name: str) -> Callable[[Line], Any]:
    """Return by what a column sorts; what isn't known is the least."""

    def key(line: Line) -> Any:
        if name == "name":
            return line.grid.code
        if name == POINTS:
            return line.reach.points
        value = {OFFICIAL: line.reach.official, FAR: line.reach.farthest}.get(name, line.reach.rate(name))
        return -1 if value is None else value

    return key


def _sorted(asked: Asked, lines: list[Line], order: str) -> list[Line]:
    """Sort the grids; by themselves, where the fewest were met come first. What lies in none of them is the last."""
    name = order.removeprefix("-") or "met"
    below = [line for line in lines if not _is_loose(asked, line)]
    loose = [line for line in lines if _is_loose(asked, line)]
    return [*sorted(below, key=_by(name), reverse=order.startswith("-")), *loose]


def _heads(request: HttpRequest, order: str) -> list[dict[str, Any]]:
    labels: list[tuple[str, Any, str]] = [
        ("name", _("Grid"), ""),
        (OFFICIAL, _("In the register"), "num"),
        *((one.key, one.label, "num") for one in registered()),
        (POINTS, _("Service points"), "num"),
        (FAR, _("Farthest, km"), "num"),
    ]
    now, found = order or "met", []
    for name, label, style in labels:
        down = f"-{name}"
        state = "ascending" if now == name else "descending" if now == down else ""
        url = query_with(request, sort=down if now == name else name)
        found.append({"label": label, "style": style, "url": url, "sorted": state})
    return found


def orders() -> frozenset[str]:
    """Return by what the lines can be sorted, each also turned round."""
    names = {"name", OFFICIAL, POINTS, FAR, *(one.key for one in registered())}
    return frozenset(names | {f"-{name}" for name in names})
