"""Head office's home: the bank's rates beside target and pace, its map, who needs a push, the branches compared."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from customers.presenting.claims import waiting_shown
from customers.selectors import claims_waiting
from dashboards import selectors
from dashboards.presenting.parts import Asked, colours, facts_address, figure, score_address, state
from exchange.presenting.alarms import told as files_told
from gridbank.addresses import address
from grids.selectors import backdatings_to_sign
from people.models import User
from performance.indicators import INDICATORS, measured_by
from performance.policies import FINAL
from performance.presenting.gauges import Gauge, gauge_of, pieces
from performance.presenting.signatures import signatures
from performance.selectors import alarms

NAMED = 3
# who is so far behind is named at the top of the page
FAR = Decimal(10)


def bank(*, actor: User, form: Asked) -> tuple[str, dict[str, Any]]:
    """Return the template and the context."""
    found = selectors.bank(actor=actor)
    key = _compared(found, form.chosen)
    rows = [_branch(row, key, found) for row in found.branches]
    cards = _cards(found)
    chosen = next((card["gauge"] for card in cards if card["gauge"].indicator.key == key), None)
    context = {
        **colours(form),
        **state(found.period),
        "alarms": [*alarms(actor=actor), *files_told(actor=actor)],
        "cards": cards,
        "chosen": chosen,
        "total": found.score.total if found.score else None,
        "of_all": f"{pieces(chosen.part)} / {pieces(chosen.whole)}" if chosen else "",
        "push": _push(actor, found, rows, chosen),
        "rows": _sorted(rows, form.order),
        "heads": _heads(form, found, key),
        "others": [INDICATORS[one] for one in _columns(found) if one != key],
        "signed": found.signed,
        "steps": signatures(actor=actor, period=found.signed, proof=found.proof) if found.signed else [],
    }
    return "dashboards/bank.html", context


def _columns(found: selectors.Bank) -> list[str]:
    """Return what the month counted, in its scheme's order."""
    return list(selectors.lines_of(found.score))


def _compared(found: selectors.Bank, measure: str) -> str:
    """Return the indicator that the branches are compared by: the map's, or else the first rate of the scheme."""
    indicator = measured_by(measure)
    columns = _columns(found)
    if indicator is not None and indicator.key in columns:
        return indicator.key
    rates = [key for key in columns if INDICATORS[key].is_rate]
    shown = [key for key in rates if INDICATORS[key].measure]
    return next(iter([*shown, *rates]), "")


def _cards(found: selectors.Bank) -> list[dict[str, Any]]:
    """Return the bank's numbers, each with its target, its pace, its course and the same part of the month before."""
    if found.period is None or found.score is None or found.period.current_run is None:
        return []
    is_open, as_of = found.period.status not in FINAL, found.period.current_run.as_of
    earlier = selectors.lines_of(found.before)
    cards = []
    for key, line in selectors.lines_of(found.score).items():
        gauge = gauge_of(line, as_of, url=facts_address(found.score, key))
        cards.append(
            {
                **figure(gauge, line, found.then.get(key), earlier.get(key)),
                "course": [_course(gauge, point.actuals.get(key)) for point in found.months],
                "is_open": is_open,
            }
        )
    return cards


def _course(gauge: Gauge, actual: Decimal | None) -> Decimal | None:
    return 100 * actual if gauge.indicator.is_rate and actual is not None else actual


def _branch(row: selectors.BranchRow, key: str, found: selectors.Bank) -> dict[str, Any]:
    """Return a branch's line: its place and how it moved, the compared number with its bar, the others."""
    score, as_of = row.score, row.score.run.as_of
    targets = {name: line.target for name, line in selectors.lines_of(found.score).items()}
    gauges = {
        name: gauge_of(
            line, as_of, url=facts_address(score, name),
            target=targets.get(name) if INDICATORS[name].is_rate else None,
        )
        for name, line in row.lines.items()
    }  # fmt: skip
    before = found.places.get(score.subject_id)
    now, then = score.rank_bank, before.bank if before else None
    gauge = gauges.get(key)
    return {
        "score": score,
        "climbed": None if now is None or then is None else then - now,
        "gauge": gauge,
        "part": pieces(gauge.part) if gauge else "",
        "whole": pieces(gauge.whole) if gauge else "",
        "gauges": gauges,
        "cells": [gauges.get(one) for one in targets if one != key],
        "url": score_address(score),
        "grid_url": address("grids:detail", score.subject_id),
    }


def _by(name: str) -> Callable[[dict[str, Any]], Any]:
    """Return by what a column sorts; what isn't known comes first, as it is the least."""

    def key(row: dict[str, Any]) -> Any:
        if name == "rank":
            return row["score"].rank_bank or 0
        if name == "points":
            return row["score"].total
        if name == "name":
            return row["score"].subject_name
        gauge = row["gauges"].get(name)
        return -1 if gauge is None or gauge.value is None else gauge.value

    return key


def _sorted(rows: list[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    """Sort the branches; by themselves, who is furthest behind comes first."""
    if order:
        return sorted(rows, key=_by(order.removeprefix("-")), reverse=order.startswith("-"))
    return sorted(
        rows, key=lambda row: -1 if not row["gauge"] or row["gauge"].value is None else row["gauge"].value
    )


def _heads(form: Asked, found: selectors.Bank, key: str) -> dict[str, dict[str, str]]:
    """Return for each column where its head leads and how it is sorted now: pressed again, it turns round."""
    now = form.order or key
    heads = {}
    for name in ("rank", "name", "points", *_columns(found)):
        down = f"-{name}"
        heads[name] = {
            "url": address("dashboards:home", measure=form.chosen, sort=down if now == name else name)
            + "#branches",
            "sorted": "ascending" if now == name else "descending" if now == down else "",
        }
    return heads


def _push(
    actor: User, found: selectors.Bank, rows: list[dict[str, Any]], chosen: Gauge | None
) -> list[dict[str, Any]]:
    """Return at most five lines, each with what is the matter, the names and one verb."""
    sign, confirm = backdatings_to_sign(actor=actor).count(), claims_waiting(actor=actor)
    changes = ngettext("%(n)s change before today", "%(n)s changes before today", sign) % {"n": sign}
    entries = ngettext("%(n)s entry of others", "%(n)s entries of others", confirm)
    entries %= {"n": waiting_shown(confirm)}
    lines = [
        _branches_behind(rows, chosen),
        _people_idle(actor, found, chosen),
        _vacant(found),
        _waiting(sign, changes, _("waits for your signature"), _("Sign them"), "grids:backdatings"),
        _waiting(
            confirm, entries, _("doesn't count until you confirm it"), _("Confirm them"), "customers:claims"
        ),
    ]
    return [line for line in lines if line]


def _waiting(n: int, words: str, what: str, verb: str, route: str) -> dict[str, Any] | None:
    if not n:
        return None
    return {"what": what, "names": [{"name": words}], "verb": verb, "url": address(route)}


def _branches_behind(rows: list[dict[str, Any]], chosen: Gauge | None) -> dict[str, Any] | None:
    """Return the branches furthest behind the pace, with the words to send them."""
    behind = [row for row in rows if row["gauge"] is not None and row["gauge"].needs_push]
    if chosen is None or not behind:
        return None
    far = [row for row in behind if row["gauge"].behind >= FAR] or behind
    far.sort(key=lambda row: -row["gauge"].behind)
    worst = [
        {"name": row["score"].subject_name, "note": f"−{row['gauge'].gap_shown}", "url": row["gauge"].url}
        for row in far
    ]
    points = FAR if far[0]["gauge"].behind >= FAR else Decimal(5)
    what = ngettext(
        "%(n)s branch is %(points)s points or more behind the pace", "%(n)s branches are %(points)s points or more behind the pace",
        len(far),
    ) % {"n": len(far), "points": int(points)}  # fmt: skip
    return {
        "what": what,
        "names": worst[:NAMED],
        "is_gap": True,
        "verb": _("Push %(n)s") % {"n": len(far)},
        "text": _words(chosen, worst),
    }


def _words(chosen: Gauge, worst: list[dict[str, Any]]) -> str:
    """Write what is sent to those behind: the indicator, its pace, each name with its distance."""
    names = pgettext("between names", ", ").join(f"{one['name']} {one['note']}" for one in worst)
    return _("%(measure)s: by now %(pace)s are due, the target of the month is %(target)s. Behind (points): %(names)s.") % {
        "measure": chosen.indicator.name, "pace": chosen.pace_shown, "target": chosen.target_shown, "names": names,
    }  # fmt: skip


def _people_idle(actor: User, found: selectors.Bank, chosen: Gauge | None) -> dict[str, Any] | None:
    """Return the account managers who have nothing of it yet."""
    if chosen is None or found.period is None:
        return None
    idle = selectors.idle_people(actor=actor, period=found.period, indicator=chosen.indicator.key)
    if not idle.count:
        return None
    names = [
        {
            "name": one.score__subject_name,
            "note": one.score__branch_name,
            "url": address("performance:score", found.period.month, one.score_id),
        }
        for one in idle.few
    ]
    told = pgettext("between names", ", ").join(f"{one['name']} ({one['note']})" for one in names)
    return {
        "what": ngettext(
            "%(n)s account manager has none yet: %(measure)s", "%(n)s account managers have none yet: %(measure)s", idle.count
        ) % {"n": idle.count, "measure": chosen.indicator.name},
        "names": names,
        "verb": _("Push %(n)s") % {"n": idle.count},
        "text": _("%(measure)s is still 0 this month: %(names)s.") % {"measure": chosen.indicator.name, "names": told},
    }  # fmt: skip


def _vacant(found: selectors.Bank) -> dict[str, Any] | None:
    """Return the grids that nobody leads, with where somebody is assigned."""
    if not found.vacant_count:
        return None
    names = [
        {"name": one.name, "note": one.parent.name if one.parent else "", "url": one.get_absolute_url()}
        for one in found.vacant
    ]
    return {
        "what": ngettext("%(n)s grid without anybody", "%(n)s grids without anybody", found.vacant_count)
        % {"n": found.vacant_count},
        "names": names,
        "verb": _("Assign somebody"),
        "url": address("grids:list", vacant="on")
        if found.vacant_count > 1
        else address("grids:assignment-new", found.vacant[0].pk),
    }
