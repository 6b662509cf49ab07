"""The account manager's home: the next household, those after it, and his month."""

from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.completeness import Requirement
from customers.enums import AppState
from customers.models import Customer
from customers.presenting.people import app_state
from dashboards import selectors
from dashboards.presenting.parts import Asked, facts_address, grid_rows, score_address, state, visits_address
from gridbank.addresses import address
from gridbank.days import month_first, month_last
from people.models import User
from performance.pace import begins_anew
from performance.presenting.explaining import explain
from performance.presenting.gauges import Gauge, gauge_of, pieces
from visits.models import Visit
from visits.presenting.today import TodayRow

TAIL = 4
LACKS = 4
PHONES = 2


ROUTE = "route"


def manager(*, actor: User, form: Asked) -> tuple[str, dict[str, Any]]:
    """Return the template and the context."""
    month = selectors.own_month(actor=actor)
    grids = selectors.grid_rows(actor=actor)
    today = selectors.today(actor=actor)
    due = _ordered(today.rows, form)
    first = selectors.next_visit(actor=actor, row=due[0]) if due else None
    said = selectors.last_words(actor=actor, rows=today.rows)
    context = {
        **state(month.period if month else None),
        "month": month,
        **(_month(month) if month else {}),
        "households": sum(row.households for row in grids),
        "grids": grid_rows(grids),
        "today": today,
        "met_today": sum(visit.met for visit in today.done),
        "next": _next(first, said.get(first.row.household.pk)) if first else None,
        "rows": [_row(number, row, said, form) for number, row in enumerate(due[1:], 2)],
        "skip_url": _home(form, skip=[*form.skipped, first.row.household.pk]) if first and due[1:] else "",
        "orders": _orders(form),
        "more": max(0, today.total - len(today.rows)),
        "today_url": visits_address(since=timezone.localdate(), staff=actor.pk),
        "month_url": visits_address(since=month_first(timezone.localdate()), staff=actor.pk),
        "visits_month": selectors.visits_this_month(actor=actor),
    }
    return "dashboards/manager.html", context


def _ordered(rows: list[TodayRow], form: Asked) -> list[TodayRow]:
    """Put last what is left for later; the rest by what presses, or along the way: grid by grid, group by group."""
    later = {key: place for place, key in enumerate(form.skipped)}

    def place(row: TodayRow) -> tuple[Any, ...]:
        return (later.get(row.household.pk, -1), *(row.way if form.order == ROUTE else ()))

    return sorted(rows, key=place)


def _home(form: Asked, *, skip: list[int], sort: str | None = None) -> str:
    """Return the address of one's home: what is left for later stands in it, and is gone tomorrow."""
    wanted = {"sort": form.order if sort is None else sort, "skip": ",".join(map(str, dict.fromkeys(skip)))}
    return address("dashboards:home", **{name: value for name, value in wanted.items() if value})


def _orders(form: Asked) -> list[dict[str, Any]]:
    now = ROUTE if form.order == ROUTE else ""
    return [
        {"label": label, "url": _home(form, skip=form.skipped, sort=sort), "current": sort == now}
        for sort, label in (("", _("most pressing first")), (ROUTE, _("along the way")))
    ]


def _tail(phone: str) -> str:
    """Return the last four digits of a masked number: so people tell numbers apart."""
    return phone[-TAIL:] if phone else ""


def _log_url(row: TodayRow) -> str:
    return address("visits:new", household=row.household.pk)


def _row(number: int, row: TodayRow, said: dict[int, Visit], form: Asked) -> dict[str, Any]:
    """Return a household to go to later in one line: why, what for, when last, whose phone."""
    first, *others = row.badges
    last = said.get(row.household.pk)
    return {
        "number": number,
        "row": row,
        "badge": first,
        "others": others,
        "what": row.need.text if row.need else last.note if last else "",
        "tail": _tail(row.phone),
        "log_url": _log_url(row),
        "back_url": _home(form, skip=[key for key in form.skipped if key != row.household.pk])
        if row.household.pk in form.skipped
        else "",
    }


def _next(found: selectors.NextVisit, said: Visit | None) -> dict[str, Any]:
    """Return the household to go to now."""
    today, row = timezone.localdate(), found.row
    head = found.head
    return {
        "row": row,
        "badges": row.badges,
        "age": head.age_on(today) if head else None,
        "count": len(found.people),
        "said": said,
        "phones": _phones(found.people),
        "head": head,
        "can_call": bool(head and head.phone and not head.do_not_contact),
        "tail": _tail(head.masked("phone")) if head and head.phone else "",
        "app": _app(head),
        "lacks": _lacks(found.archive.missing),
        "log_url": _log_url(row),
    }


def _phones(people: list[Customer]) -> list[dict[str, str]]:
    """Return the tails of the first phones of a household, the head's first, each with whose it is."""
    found = [
        {"who": str(one.get_relation_display()), "tail": _tail(one.masked("phone"))}
        for one in people
        if one.phone and not one.do_not_contact
    ]
    return found[:PHONES]


def _app(head: Customer | None) -> str:
    """Return how far the head has come with the app; nothing when there is nothing left to do."""
    stage = AppState.VERIFIED if head is None else app_state(head)
    return "" if stage == AppState.VERIFIED else str(stage.label)


def _lacks(missing: tuple[Requirement, ...]) -> dict[str, Any]:
    return {
        "few": [str(one.label) for one in missing[:LACKS]],
        "more": max(0, len(missing) - LACKS),
    }


def _month(month: selectors.OwnMonth) -> dict[str, Any]:
    """Return his month: points, places, one ring, every indicator with target and pace, what gains a place."""
    run = month.period.current_run
    as_of = run.as_of if run else month.period.month
    gauges = [
        gauge_of(line, as_of, url=facts_address(month.score, line.indicator))
        for line in month.score.lines.all()
    ]
    lines = [
        {"gauge": gauge, "points": line.points, "weight": line.weight}
        for gauge, line in zip(gauges, month.score.lines.all(), strict=True)
    ]
    ring = next((one for one in gauges if begins_anew(one.indicator) and one.indicator.is_rate), None)
    before = month.before
    return {
        "score_url": score_address(month.score),
        "ways": _ways(month),
        "lines": lines,
        "ring": _ring(ring, month, as_of) if ring and ring.goal else None,
        "climbed": _climbed(month),
        "change": month.score.total - before.total if before else None,
    }


def _climbed(month: selectors.OwnMonth) -> int | None:
    """Return by how many places somebody climbed since the month before; below zero he fell."""
    now, then = month.score.rank_branch, month.before.rank_branch if month.before else None
    return None if now is None or then is None else then - now


def _ring(gauge: Gauge, month: selectors.OwnMonth, as_of: Any) -> dict[str, Any]:
    """Return what begins anew with the month as pieces of a whole: done, due by now, and what it takes a day."""
    goal, left = gauge.goal or 0, (month_last(as_of) - as_of).days
    short = max(Decimal(0), goal - gauge.part)
    due = gauge.due or 0
    then = month.then.get(gauge.indicator.key)
    return {
        "gauge": gauge,
        "done": pieces(gauge.part),
        "goal": goal,
        "due": due,
        "short": max(0, int((due - gauge.part).to_integral_value(ROUND_CEILING))),
        "left": left,
        "a_day": (short / left).quantize(Decimal("0.1"), ROUND_CEILING) if left and short else None,
        "fill": _share(gauge.part, goal),
        "pace_from": _share(Decimal(due), goal),
        "then": pieces(then[0]) if then else None,
    }


def _share(part: Decimal, whole: int) -> str:
    share = min(Decimal(100), 100 * part / whole) if whole else Decimal(0)
    return str(share.quantize(Decimal("0.1")))


def _ways(month: selectors.OwnMonth) -> list[dict[str, Any]]:
    """Return in words what would gain a place, each by itself, with the page where it is done."""
    if month.gap is None:
        return []
    caps = selectors.caps(period=month.period)
    rows = explain(score=month.score, caps=caps, gap=month.gap.points, before=None)
    found = [
        {"text": way.say(int(row.needed)), "url": address(way.route, **way.query), "n": int(row.needed)}
        for row in rows
        if row.needed is not None and (way := row.indicator.way)
    ]
    return sorted(found, key=lambda way: int(way["n"]))
