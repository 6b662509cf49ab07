"""The branch manager's home: his people first, then the households that nobody has met."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from customers.presenting.claims import waiting_shown
from customers.selectors import claims_waiting
from dashboards import selectors
from dashboards.presenting.parts import (
    Asked,
    colours,
    facts_address,
    figure,
    grid_rows,
    score_address,
    state,
    visits_address,
)
from gridbank.addresses import address
from gridbank.days import month_first
from grids.authority import Act, may
from people.models import User
from performance.indicators import measured_by
from performance.presenting.gauges import Gauge, gauge_of, percent, pieces

DEFAULT = "coverage"
# so many parts of a bar's darkness as the map has steps
STEPS = (Decimal(5), Decimal(10), Decimal(15), Decimal(20))


def branch(*, actor: User, form: Asked) -> tuple[str, dict[str, Any]]:
    """Return the template and the context."""
    found = selectors.branch_home(actor=actor)
    around = {"grid": found.root.pk} if found.root else {}
    people = [_person(row) for row in found.people]
    indicator = measured_by(form.chosen) or measured_by(DEFAULT)
    confirm = claims_waiting(actor=actor)
    context = {
        **colours(form, **around),
        **state(found.period),
        "root": found.root,
        "to_confirm": confirm,
        "to_confirm_shown": waiting_shown(confirm),
        "figure": _figure(found, indicator.key) if indicator else None,
        "ground": _ground(found.grids),
        "grids": _blind(actor, grid_rows(found.grids)),
        "people": people,
        "today": _today(people),
        "today_url": visits_address(since=timezone.localdate()),
        "month_url": visits_address(since=month_first(timezone.localdate())),
        "never_url": address("customers:list", met="never"),
        "push": _words(people),
        "score": found.score,
        "score_url": score_address(found.score) if found.score else "",
        "climbed": _climbed(found),
    }
    return "dashboards/branch.html", context


def _figure(found: selectors.BranchHome, key: str) -> dict[str, Any] | None:
    """Return the branch's number of the chosen measure, with target, pace and the month before."""
    if found.score is None:
        return None
    line = selectors.lines_of(found.score).get(key)
    earlier = selectors.lines_of(found.before).get(key)
    if line is None:
        return None
    gauge = gauge_of(line, found.score.run.as_of, url=facts_address(found.score, key))
    return figure(gauge, line, found.then.get(key), earlier)


def _climbed(found: selectors.BranchHome) -> int | None:
    now = found.score.rank_bank if found.score else None
    then = found.before.rank_bank if found.before else None
    return None if now is None or then is None else then - now


def _ground(rows: list[selectors.GridRow]) -> dict[str, Any]:
    households = sum(row.households for row in rows)
    never = sum(row.never for row in rows)
    return {
        "households": households,
        "never": never,
        "share": percent(Decimal(never) / households) if households else None,
    }


def _person(row: selectors.PersonRow) -> dict[str, Any]:
    """Return a colleague: what was due and is done today, his month against his own target, his place."""
    today = timezone.localdate()
    plan = row.due + row.today
    gauge = _own_gauge(row)
    now, then = (row.score.rank_branch if row.score else None), (row.place.branch if row.place else None)
    return {
        "row": row,
        "plan": plan,
        "met_share": _share(row.met, plan),
        "unmet_at": _share(row.met, plan),
        "unmet_to": _share(row.today, plan),
        "gauge": gauge,
        "done": pieces(gauge.part) if gauge else "",
        "rank": now,
        "climbed": None if now is None or then is None else then - now,
        "score_url": score_address(row.score) if row.score else "",
        "today_url": visits_address(since=today, staff=row.user.pk),
        "month_url": visits_address(since=month_first(today), staff=row.user.pk),
    }


def _own_gauge(row: selectors.PersonRow) -> Gauge | None:
    indicator = measured_by(DEFAULT)
    if row.score is None or indicator is None:
        return None
    line = selectors.lines_of(row.score).get(indicator.key)
    if line is None:
        return None
    return gauge_of(line, row.score.run.as_of, url=facts_address(row.score, indicator.key))


def _share(part: int, whole: int) -> str:
    return str((Decimal(100 * part) / whole).quantize(Decimal("0.1"))) if whole else "0"


def _today(people: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "plan": sum(one["plan"] for one in people),
        "done": sum(one["row"].today for one in people),
        "met": sum(one["row"].met for one in people),
        "silent": sum(one["row"].today == 0 for one in people),
    }


def _words(people: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Write what is sent to those who weren't out today."""
    silent = [one for one in people if one["row"].today == 0]
    if not silent:
        return None
    told = [
        _("%(name)s (%(due)s due today)") % {"name": one["row"].user.name, "due": one["row"].due}
        for one in silent
    ]
    return {
        "n": len(silent),
        "text": ngettext(
            "No visit logged today yet: %(names)s. Please go and log it the same day.",
            "No visits logged today yet: %(names)s. Please go and log them the same day.",
            len(silent),
        )
        % {"names": pgettext("between names", ", ").join(told)},
    }


def _blind(actor: User, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each grid how much of it nobody has met: how many make the bar long, which share makes it dark."""
    most = max((one["row"].never for one in rows), default=0)
    for one in rows:
        row = one["row"]
        share = Decimal(100 * row.never) / row.households if row.households else None
        one["length"] = _share(row.never, most)
        one["share"] = None if share is None else share.quantize(Decimal(1))
        one["dark"] = sum(share >= step for step in STEPS) if share is not None else 0
        may_assign = row.lead is None and may(actor, Act.GRID_ASSIGN, row.grid)
        one["assign_url"] = address("grids:assignment-new", row.grid.pk) if may_assign else ""
    return rows
