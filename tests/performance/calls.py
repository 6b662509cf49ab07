"""One way to call each service of the performance app: see `tests/nets/calling.py`."""

from datetime import date
from decimal import Decimal
from typing import Any

from audit.outside import outside_explain
from performance import services
from performance.plausibility import look_at, seal_of
from performance.services.schemes import DEFAULT_ITEMS, scheme_create
from tests import factories
from tests.nets.calling import MONTH, Call, call, once
from tests.nets.site import World


def computed(w: World) -> Any:
    services.period_open(actor=w.cast.zhao, bank=w.cast.root, month=MONTH)
    return services.run_compute(bank=w.cast.root, month=MONTH).period


def second(w: World) -> Any:
    user = factories.UserFactory(role="head_office")
    factories.AssignmentFactory(user=user, grid=w.cast.root, part="deputy")
    return user


@once
def published(w: World) -> Any:
    period = computed(w)
    looked_at, actor = seal_of(look_at(w.cast.root, MONTH)), second(w)
    outside_explain("a test's own world")
    return services.period_publish(actor=actor, period=period, looked_at=looked_at)


def scheme() -> dict[str, Any]:
    return {"code": "neu", "name": "新方案", "effective_from": date(2199, 1, 1), "items": DEFAULT_ITEMS}


@once
def written(w: World) -> Any:
    return scheme_create(actor=second(w), **scheme())


def opened(w: World) -> Any:
    return services.period_open(actor=w.cast.zhao, bank=w.cast.root, month=MONTH)


LEVELS = (Decimal(30), Decimal(40), None)
# no neighbour publishes it
LATER = date(2027, 1, 1)


def place(w: World) -> dict[str, Any]:
    return {"grid": w.cast.east, "month": LATER, "indicator": "new_customers"}


@once
def drafted(w: World) -> Any:
    return services.targets_write(actor=second(w), **place(w), rows={w.cast.east.pk: LEVELS})


CALLS: dict[str, Call] = {
    "performance.services.months.period_open": call("zhao", lambda w: opened(w) and {"bank": w.cast.root, "month": date(2026, 10, 1)}, common="a month is the whole bank's: so may its other branches' managers"),
    "performance.services.runs.run_compute": call(None, lambda w: opened(w) and {"bank": w.cast.root, "month": MONTH}, rows=2, why="when it began, and when it was done: two transactions", common="a month is the whole bank's: so may its other branches' managers"),
    "performance.services.runs.request_month": call("zhao", lambda w: opened(w) and {"bank": w.cast.root, "month": MONTH}, common="a month is the whole bank's: so may its other branches' managers"),
    "performance.services.months.period_publish": call("zhao", lambda w: {"period": computed(w), "looked_at": seal_of(look_at(w.cast.root, MONTH))}),
    "performance.services.months.period_lock": call("zhao", lambda w: {"period": published(w)}),
    "performance.services.months.target_set": call(
        "zhao",
        lambda w: {
            "period": opened(w), "user": w.cast.li, "grid": w.cast.grid_li, "indicator": "new_customers", "value": Decimal(3),
        },
    ),
    "performance.services.targets.targets_write": call("zhao", lambda w: {**place(w), "rows": {w.cast.east.pk: LEVELS}}),
    "performance.services.targets.targets_spread": call(
        "zhao", lambda w: {**place(w), "total": Decimal(120), "by": "households"}
    ),
    "performance.services.targets.targets_copy": call(
        "zhao", lambda w: drafted(w) and {"grid": w.cast.east, "month": date(2027, 2, 1)}
    ),
    "performance.services.targets.targets_sign": call("zhao", lambda w: drafted(w) and {"grid": w.cast.east, "month": LATER}),
    "performance.services.schemes.scheme_create": call("zhao", lambda _w: scheme(), common="each bank's head office for its own bank"),
    "performance.services.schemes.scheme_activate": call("zhao", lambda w: {"scheme": written(w)}),
    "performance.services.exporting.period_export": call("zhao", lambda w: {"period": computed(w)}, common="a month is the whole bank's: so may its other branches' managers"),
    "performance.services.proofs.request_trail_proof": call("auditor"),
    "performance.services.proofs.request_verification": call(None, lambda w: {"period": computed(w)}),
}  # fmt: skip

OTHERS: dict[str, str] = {
    "performance.services.targets.refuse_signed": "part of setting a target",
    "performance.services.targets.targets_apply": "part of opening a month and of signing its targets",
    "performance.services.exporting.file_name": "reads",
    "performance.services.exporting.workbook": "builds a file",
    "performance.services.schemes.digest_of": "reads",
    "performance.services.schemes.refuse_unsigned": "reads",
    "performance.services.schemes.stands_as_signed": "reads for the proof",
    "performance.services.proofs.stored_differences": "reads",
    "performance.services.schemes.scheme_in_force": "reads; a new installation's standard scheme has a row of its own",
    "performance.services.comparing": "reads for the publication",
    "performance.services.ledger": "part of publishing, and of what changes something in a final month",
    "performance.services.rows": "parts of the services beside it",
    "performance.services.proofs.computed_periods": "reads",
    "performance.services.months.closed_days": "reads",
    "performance.services.anchoring.final_months": "reads",
    "performance.services.anchoring.anchor_write": "what it finds is its row",
    "performance.services.runs.request_closed_month": "calls request_month for every bank",
    "performance.services.runs.superseded_drop": "the computation that superseded it has its row",
    "performance.services.runs.request_running_month": "calls request_month for every bank",
    "performance.services.proofs.request_verifications": "calls request_verification for every locked month",
    "performance.services.seals": "reads for the proof",
    "performance.services.proofs.verify_period": "reads; what it finds is recorded by the job",
}
