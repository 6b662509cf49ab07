"""One way to call each service of the grids app: see `tests/nets/calling.py`."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from grids.models import Backdating
from grids.services import duty_create, duty_end, handover_open, handover_sign
from tests import factories
from tests.nets.calling import Call, call, once, row
from tests.nets.site import World
from tests.people import SINCE, assign


@once
def empty(w: World) -> Any:
    """Two grids that nobody leads."""
    return [factories.GridFactory(parent=w.cast.east) for _ in range(2)]


@once
def assigned(w: World) -> Any:
    return factories.AssignmentFactory(user=factories.UserFactory(), grid=w.cast.grid_li, part="helper")


@once
def later(w: World) -> Any:
    """A part that begins tomorrow and has a last day."""
    day = timezone.localdate() + timedelta(days=1)
    return factories.AssignmentFactory(
        user=factories.UserFactory(), grid=w.cast.grid_li, part="helper", valid_from=day, valid_to=day
    )


def ending(w: World) -> Any:
    return factories.AssignmentFactory(
        user=factories.UserFactory(), grid=factories.GridFactory(parent=w.cast.east), part="lead",
        valid_to=timezone.localdate(),
    )  # fmt: skip


@once
def coming(w: World) -> Any:
    since = timezone.localdate() + timedelta(days=1)
    return factories.AssignmentFactory(user=w.cast.sun, grid=ending(w).grid, part="lead", valid_from=since)


def county(_w: World) -> dict[str, Any]:
    above = None
    for code, level in (("522727", "county"), ("522727101", "township"), ("522727101201", "village")):
        above = factories.AreaFactory(code=code, level=level, parent=above)
    lead = factories.UserFactory(role="head_office")
    return {"code": "NEU", "name": "新行", "county": "522727", "lead": lead, "valid_from": SINCE}


def newcomer(_w: World) -> dict[str, Any]:
    actor = factories.UserFactory(role="head_office")
    return {"actor": actor, "code": "NEU", "name": "新行", "county": "522727"}


@once
def duty(w: World) -> Any:
    return duty_create(actor=w.cast.zhao, grid=w.cast.grid_li, text="每周走访", valid_from=SINCE)


def over(w: World) -> Any:
    """Return a duty that was ended today."""
    return duty_end(actor=w.cast.zhao, duty=duty(w), last_day=timezone.localdate())


def broken_tree(w: World) -> None:
    grid = factories.GridFactory(parent=w.cast.east)
    type(grid)._base_manager.filter(pk=grid.pk).update(path=f"/{grid.pk}/")


def vacant(w: World) -> Any:
    return empty(w)[0]


def two(w: World) -> list[Any]:
    """Two grids against the order of their keys: whoever takes them as they come may meet somebody half-way."""
    return empty(w)[::-1]


@once
def asked(w: World) -> Any:
    """What was asked for before a month was published, that it reaches: a service wouldn't take it any more."""
    return Backdating.objects.create(
        kind="start",
        grid=vacant(w),
        user=w.cast.sun,
        part="lead",
        since=SINCE,
        reason="补录",
        asked_by=w.cast.chen,
        asked_at=timezone.now(),
    )


def elsewhere(_w: World) -> dict[str, Any]:
    """Another bank wants the same newcomer."""
    bank = factories.GridFactory(tier="head_office", parent=None)
    head = factories.UserFactory(role="head_office")
    assign(head, bank)
    branch = factories.GridFactory(tier="branch", parent=bank)
    return {"actor": head, "grid": factories.GridFactory(parent=branch)}


TOMORROW = timezone.localdate() + timedelta(days=1)


def opening(w: World, name: str = "li") -> dict[str, Any]:
    giver, taker = (w.cast.li, w.cast.wang) if name == "li" else (w.cast.wang, w.cast.li)
    grid = factories.GridFactory(parent=w.cast.east)
    assign(giver, grid)
    return {
        "kind": "grid", "giver": giver, "parts": [(grid, taker, None)], "first_day": TOMORROW, "reason": "轮岗",
        "residual_months": 6,
    }  # fmt: skip


@once
def handover(w: World) -> Any:
    return handover_open(actor=w.cast.zhao, **opening(w))


@once
def due(w: World) -> Any:
    """One that three have signed, on its day."""
    row = handover_open(actor=w.cast.zhao, **opening(w, "wang"))
    for part, name in (("giver", "wang"), ("receiver", "li"), ("supervisor", "zhao")):
        row = handover_sign(actor=w.person(name), handover=row, part=part)
    type(row)._base_manager.filter(pk=row.pk).update(first_day=timezone.localdate())
    return row


CALLS: dict[str, Call] = {
    "grids.services.areas.areas_import": call(
        None, lambda _w: {"rows": [(2, row("grids.services", "AreaRow", code="52", name="贵州省", level="province", parent=""))]}
    ),
    "grids.services.assignments.assignment_start": call(
        "zhao", lambda w: {"grid": vacant(w), "user": w.cast.sun, "part": "lead", "valid_from": timezone.localdate()}, rival=elsewhere
    ),
    "grids.services.assignments.assignment_end": call(
        "zhao", lambda w: {"assignment": assigned(w), "last_day": timezone.localdate()}
    ),
    "grids.services.assignments.assignment_transfer": call(
        "zhao",
        lambda w: {"grid": w.cast.grid_li, "user": w.cast.sun, "first_day": timezone.localdate()},
        rows=2,
        why="one assignment ends, another starts",
    ),
    "grids.services.assignments.assignments_bulk_create": call(
        None,
        lambda w: {
            "rows": [
                row("grids.services.assignments", "AssignmentRow", grid=grid, user=w.cast.sun, valid_from=timezone.localdate())
                for grid in two(w)
            ]
        },
    ),
    "grids.services.assignments.assignments_set": call(
        "zhao",
        lambda w: {"grids": two(w), "user": w.cast.sun, "part": "lead", "first_day": timezone.localdate()},
        rows=2,
        why="one assignment a grid",
    ),
    "grids.services.assignments.duty_create": call(
        "zhao", lambda w: {"grid": w.cast.grid_li, "text": "每周走访", "valid_from": SINCE}
    ),
    "grids.services.assignments.duty_end": call("zhao", lambda w: {"duty": duty(w), "last_day": timezone.localdate()}),
    "grids.services.backdating.backdating_ask": call(
        "zhao",
        lambda w: {
            "kind": "start", "grid": vacant(w), "user": w.cast.sun, "part": "lead", "since": SINCE, "reason": "补录",
        },
    ),
    "grids.services.backdating.backdating_sign": call(
        "zhao", lambda w: {"backdating": asked(w)}, rows=2, why="the assignment starts, and who signed for it"
    ),
    "grids.services.backdating.backdating_refuse": call("zhao", lambda w: {"backdating": asked(w)}),
    "grids.services.founding.bank_found": call(None, county, rows=2, why="the grids, and who leads the bank"),
    "grids.services.founding.own_bank_found": call(
        None, newcomer, rows=4, by_installation=True,
        why="the divisions, the grids, who leads the bank, and who founded it",
    ),
    "grids.services.grids.grid_create": call(
        "zhao",
        lambda w: {"code": "N1", "name": "新", "tier": "manager", "parent": w.cast.east, "valid_from": SINCE},
        rival=lambda w: {"parent": w.cast.west},
    ),
    "grids.services.grids.grids_bulk_create": call(
        None,
        lambda w: {
            "rows": [
                row(
                    "grids.services.grids", "GridRow", code="N1", name="新", tier="manager", valid_from=SINCE, parent=w.cast.east.code
                )
            ]
        },
    ),
    "grids.services.grids.duties_bulk_create": call(None, lambda w: {"rows": [(grid, "走访", SINCE) for grid in two(w)]}),
    "grids.services.keeping.grid_rename": call("zhao", lambda w: {"grid": w.cast.grid_li, "name": "新甲村"}),
    "grids.services.keeping.grid_close": call(
        "zhao", lambda w: {"grid": vacant(w), "last_day": timezone.localdate()}
    ),
    "grids.services.keeping.grid_close_ask": call(
        "zhao", lambda w: {"grid": vacant(w), "last_day": SINCE, "reason": "补录"}
    ),
    "grids.services.handovers.handover_open": call("zhao", opening),
    "grids.services.handovers.handover_sign": call("zhao", lambda w: {"handover": handover(w), "part": "supervisor"}),
    "grids.services.handovers.handover_undo": call("zhao", lambda w: {"handover": handover(w)}),
    "grids.services.handovers.handover_visit_add": call(
        "zhao", lambda w: {"handover": handover(w), "day": timezone.localdate(), "people": "李娜、孙静"}
    ),
    "grids.services.handing.handovers_due": call(
        None, lambda w: due(w) and {}, rows=3, why="an assignment ends, another starts, and the act itself"
    ),
    "grids.services.handing.handover_put_in_force": call(
        None, lambda w: {"handover": due(w)}, rows=3, why="an assignment ends, another starts, and the act itself"
    ),
    "grids.services.withdrawing.grid_withdraw": call("zhao", lambda w: {"grid": vacant(w)}),
    "grids.services.withdrawing.assignments_take_back": call(
        "zhao", lambda w: {"given": [coming(w)], "ended": [(ending(w), None)]}, rows=2, why="one goes, one goes on"
    ),
    "grids.services.undoing.duty_take_back": call("zhao", lambda w: {"duty": duty(w)}),
    "grids.services.undoing.duty_resume": call("zhao", lambda w: {"duty": over(w), "until": None}),
    "grids.services.undoing.backdating_take_back": call("chen", lambda w: {"backdating": asked(w)}),
    "grids.services.tree.tree_repair": call(None, lambda w: broken_tree(w) or {}),
}  # fmt: skip

OTHERS: dict[str, str] = {
    "grids.services.backdating.asked_by": "reads",
    "grids.services.assignments.assignment_seen": "reads",
    "grids.services.assignments.locked_assignment": "reads under a lock",
    "grids.services.access": "reads under a lock",
    "grids.services.areas.area_check": "reads",
    **{
        f"grids.services.assignments.{name}": "part of every change of who is responsible"
        for name in ("check_days", "check_free", "check_person", "held_months", "lock_people", "taken_in")
    },
    "grids.services.proving": "reads for the proof",
    "grids.services.tree.tree_faults": "reads",
    "grids.services.keeping.close_signed": "part of signing what was asked for",
    "grids.services.backdating.signatures": "reads for the proof",
    "grids.services.handovers.handover_signatures": "reads for the proof",
}
