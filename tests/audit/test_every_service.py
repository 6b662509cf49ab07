"""Every service that writes leaves its audit row: the list below is held against the code.

A public function of a services module is in CALLS (a service: how to call it, and how many rows it leaves when
that isn't one), or in OTHERS (no service: it reads, or it works inside somebody else's transaction and row).
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import OperationalError, models
from django.utils import timezone

from audit.models import AuditEvent
from tests import factories
from tests.i18n.messages import ROOMS
from tests.nets.site import World, make_world
from tests.people import SINCE

MONTH = date(2026, 9, 1)
NOW = datetime(2026, 9, 9, 2, tzinfo=UTC)
SQUARE = {"type": "Polygon", "coordinates": [[[107, 25], [107.1, 25], [107.1, 25.1], [107, 25.1], [107, 25]]]}


def services() -> dict[str, Callable[..., Any]]:
    """Return every public function of every services module by its dotted name."""
    found = {}
    for room in ROOMS:
        try:
            top = importlib.import_module(f"{room}.services")
        except ModuleNotFoundError as error:
            assert error.name == f"{room}.services", error  # noqa: PT017
            continue
        below = [
            f"{top.__name__}.{name}" for _, name, _ in pkgutil.iter_modules(getattr(top, "__path__", []))
        ]
        for module in [top, *(importlib.import_module(name) for name in below)]:
            for name, value in vars(module).items():
                if (
                    inspect.isfunction(value)
                    and value.__module__ == module.__name__
                    and not name.startswith("_")
                ):
                    found[f"{module.__name__}.{name}"] = value
    return found


def visit_body(w: World, **more: Any) -> dict[str, Any]:
    person = w.row("customer", "mine")
    at = (timezone.now() - timedelta(hours=1)).isoformat()
    return {"id": str(uuid4()), "customer": person.pk, "started_at": at, "mode": "door", "met": True, **more}


def account(**more: str) -> dict[str, str]:
    return {"username": "neu", "staff_no": "N1", "name": "新", "role": "account_manager", **more}


def computed(w: World) -> Any:
    from performance import services

    services.period_open(actor=w.cast.zhao, bank=w.cast.root, month=MONTH)
    return services.run_compute(bank=w.cast.root, month=MONTH).period


def published(w: World) -> Any:
    from performance import services

    second = factories.UserFactory(role="head_office")
    factories.AssignmentFactory(user=second, grid=w.cast.root, part="deputy")
    return services.period_publish(actor=second, period=computed(w))


def scheme() -> dict[str, Any]:
    from performance.services.schemes import DEFAULT_ITEMS

    return {"code": "neu", "name": "新方案", "effective_from": date(2199, 1, 1), "items": DEFAULT_ITEMS}


def written(_w: World) -> Any:
    from performance.services.schemes import scheme_create

    return scheme_create(actor=factories.UserFactory(role="head_office"), **scheme())


def opened(w: World) -> Any:
    from performance import services

    return services.period_open(actor=w.cast.zhao, bank=w.cast.root, month=MONTH)


def logged(w: World) -> Any:
    from visits import services
    from visits.models import Visit

    body = visit_body(w)
    services.visit_log(actor=w.cast.li, body=body)
    return Visit._base_manager.get(pk=body["id"]), body


def corrected(w: World) -> dict[str, Any]:
    visit, body = logged(w)
    return {"visit": visit, "body": {**body, "note": "改"}, "reason": "记错了"}


def assigned(w: World) -> Any:
    from tests.people import assign

    return assign(w.cast.sun, factories.GridFactory(parent=w.cast.east))


def county(_w: World) -> dict[str, Any]:
    above = None
    for code, level in (("522727", "county"), ("522727101", "township"), ("522727101201", "village")):
        above = factories.AreaFactory(code=code, level=level, parent=above)
    lead = factories.UserFactory(role="head_office")
    return {"code": "NEU", "name": "新行", "county": "522727", "lead": lead, "valid_from": SINCE}


def duty(w: World) -> Any:
    from grids.services.assignments import duty_create

    return duty_create(actor=w.cast.zhao, grid=w.cast.grid_li, text="每周走访", valid_from=SINCE)


def broken_tree(w: World) -> None:
    type(w.cast.grid_li)._base_manager.filter(pk=w.cast.grid_li.pk).update(path=f"/{w.cast.grid_li.pk}/")


def consent(w: World) -> Any:
    from customers.services.consents import consent_give

    return consent_give(
        actor=w.cast.li, customer=w.row("customer", "mine"), purpose="marketing", channel="paper"
    )


def vacant(w: World) -> Any:
    return factories.GridFactory(parent=w.cast.east)


def row(module: str, kind: str, /, **values: Any) -> Any:
    return getattr(importlib.import_module(module), kind)(**values)


def need_row(w: World) -> Any:
    values = {"household_id": w.row("household", "mine").pk, "text": "买牛", "raised_on": MONTH}
    return row("needs.services", "NeedRow", raised_by_id=w.cast.li.pk, **values)


def offer_row(w: World) -> Any:
    person = w.row("customer", "mine")
    values = {"customer_id": person.pk, "product_id": w.row("product", "mine").pk, "result": "offered"}
    return row(
        "products.services",
        "OfferRow",
        offered_on=MONTH,
        staff_id=w.cast.li.pk,
        grid_id=w.cast.grid_li.pk,
        **values,
    )


def visit_row(w: World) -> Any:
    person = w.row("customer", "mine")
    body = row(
        "visits.body", "VisitBody", id=uuid4(), customer_id=person.pk, started_at=NOW, mode="door", met=True
    )
    place = row(
        "visits.services.rows",
        "Place",
        household_id=person.household_id,
        grid_id=w.cast.grid_li.pk,
        staff_id=w.cast.li.pk,
    )
    return row("visits.services.bulk", "VisitRow", body=body, place=place)


def household_row(w: World) -> Any:
    person = row("customers.services.rows", "PersonRow", name="赵一", relation="head")
    return row("customers.services.rows", "HouseholdRow", grid_id=w.cast.grid_li.pk, members=[person])


@dataclass(frozen=True)
class Call:
    """How to call a service: the keyword arguments from a world; how many audit rows it leaves, and why not one."""

    arguments: Callable[[World], dict[str, Any]]
    rows: int = 1
    why: str = ""


def call(
    actor: str | None,
    arguments: Callable[[World], dict[str, Any]] = lambda _w: {},
    rows: int = 1,
    why: str = "",
) -> Call:
    return Call(lambda w: {"actor": w.person(actor) if actor else None, **arguments(w)}, rows, why)


CALLS: dict[str, Call] = {
    "people.services.passwords.password_change": call("li", lambda _w: {"password": "Broad-Valleys-2027"}),
    "people.services.accounts.account_create": call("sysadmin", lambda _w: account()),
    "people.services.accounts.accounts_bulk_create": call(
        None, lambda _w: {"rows": [row("people.services", "AccountRow", **account())]}
    ),
    "people.services.keeping.account_disable": call("sysadmin", lambda w: {"user": w.cast.li}),
    "people.services.keeping.account_enable": call("sysadmin", lambda _w: {"user": factories.UserFactory(is_active=False)}),
    "people.services.keeping.sessions_end": call("sysadmin", lambda w: {"user": w.cast.li}),
    "people.services.keeping.password_reset": call("sysadmin", lambda w: {"user": w.cast.li}),
    "people.services.keeping.role_change": call("secadmin", lambda w: {"user": w.cast.li, "role": "branch_manager"}),
    "people.services.tokens.token_create": call("li", lambda _w: {"name": "x", "days": 1}),
    "people.services.tokens.token_revoke": call("li", lambda w: {"token": w.row("token", "mine")}),
    "grids.services.areas.areas_import": call(
        None, lambda _w: {"rows": [(2, row("grids.services", "AreaRow", code="52", name="贵州省", level="province", parent=""))]}
    ),
    "grids.services.assignments.assignment_start": call(
        "zhao", lambda w: {"grid": vacant(w), "user": w.cast.sun, "part": "lead", "valid_from": SINCE}
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
            "rows": [row("grids.services.assignments", "AssignmentRow", grid=vacant(w), user=w.cast.sun, valid_from=SINCE)]
        },
    ),
    "grids.services.assignments.duty_create": call(
        "zhao", lambda w: {"grid": w.cast.grid_li, "text": "每周走访", "valid_from": SINCE}
    ),
    "grids.services.assignments.duty_end": call("zhao", lambda w: {"duty": duty(w), "last_day": timezone.localdate()}),
    "ground.services.boundaries.boundary_set": call(None, lambda w: {"grid": w.cast.east, "boundary": SQUARE}),
    "ground.services.boundaries.boundaries_bulk_set": call(None, lambda w: {"boundaries": {w.cast.east.pk: SQUARE}}),
    "grids.services.founding.bank_found": call(None, county, rows=2, why="the grids, and who leads the bank"),
    "grids.services.grids.grid_create": call(
        "zhao",
        lambda w: {"code": "N1", "name": "新", "tier": "manager", "parent": w.cast.east, "valid_from": SINCE},
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
    "grids.services.grids.duties_bulk_create": call(None, lambda w: {"rows": [(w.cast.grid_li, "走访", SINCE)]}),
    "grids.services.grids.service_points_bulk_create": call(
        None,
        lambda w: {"rows": [row("grids.services.grids", "ServicePointRow", code="S", name="点", kind="outlet", grid=w.cast.east)]},
    ),
    "grids.services.tree.tree_repair": call(None, lambda w: broken_tree(w) or {}),
    "customers.services.bulk.households_bulk_create": call("li", lambda w: {"rows": [household_row(w)]}),
    "customers.services.consents.consent_give": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "purpose": "marketing", "channel": "paper"}
    ),
    "customers.services.consents.consent_withdraw": call("li", lambda w: {"consent": consent(w)}),
    "customers.services.households.household_create": call(
        "li", lambda w: {"data": {"grid": w.cast.grid_li}, "head": {"name": "赵一"}}
    ),
    "customers.services.households.household_update": call(
        "li", lambda w: {"household": w.row("household", "mine"), "version": 1, "data": {"vehicles": "货车"}}
    ),
    "customers.services.milestones.app_milestone_set": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "step": "informed", "day": timezone.localdate()}
    ),
    "customers.services.milestones.customer_account_opened": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "day": timezone.localdate()}
    ),
    "needs.services.need_raise": call(
        "li", lambda w: {"household": w.row("household", "mine"), "text": "买牛", "raised_on": timezone.localdate()}
    ),
    "needs.services.need_close": call(
        "li", lambda w: {"need": w.row("need", "mine"), "status": "done", "outcome": "已放款"}
    ),
    "needs.services.needs_bulk_create": call("li", lambda w: {"rows": [need_row(w)]}),
    "needs.services.needs_replace": call("li", lambda w: {"origin": uuid4(), "rows": [need_row(w)]}),
    "customers.services.people.customer_create": call(
        "li", lambda w: {"household": w.row("household", "mine"), "data": {"name": "赵二"}}
    ),
    "customers.services.people.customer_update": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "version": 1, "data": {"occupation": "木匠"}}
    ),
    "customers.services.reveal.customer_reveal": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "field": "phone", "reason": "电话约定走访时间"}
    ),
    "customers.services.reveal.customer_opened": call("li", lambda w: {"household": w.row("household", "mine")}),
    "products.services.products_put": call(
        None, lambda _w: {"rows": [row("products.services", "ProductRow", code="N1", name="新", category="loan")]}
    ),
    "products.services.offers_bulk_create": call("li", lambda w: {"rows": [offer_row(w)]}),
    "products.services.offers_replace": call("li", lambda w: {"origin": uuid4(), "rows": [offer_row(w)]}),
    "products.services.holdings_bulk_create": call(
        "li",
        lambda w: {
            "rows": [
                row(
                    "products.services", "HoldingRow", customer_id=w.row("customer", "mine").pk,
                    product_id=w.row("product", "mine").pk, since=SINCE,
                )
            ]
        },
    ),
    "visits.services.bulk.visits_bulk_create": call("li", lambda w: {"rows": [visit_row(w)]}),
    "visits.services.held.held_put_aside": call(
        "li", lambda w: {"held": w.row("held", "mine"), "reason": "已另行登记"}
    ),
    "visits.services.receive.visit_log": call("li", lambda w: {"body": visit_body(w)}),
    "visits.services.receive.visits_sync": call("li", lambda w: {"bodies": [visit_body(w), visit_body(w)]}),
    "visits.services.correct.visit_correct": call("li", corrected),
    "performance.services.months.period_open": call("zhao", lambda w: opened(w) and {"bank": w.cast.root, "month": date(2026, 10, 1)}),
    "performance.services.runs.run_compute": call(None, lambda w: opened(w) and {"bank": w.cast.root, "month": MONTH}),
    "performance.services.runs.request_month": call("zhao", lambda w: opened(w) and {"bank": w.cast.root, "month": MONTH}),
    "performance.services.months.period_publish": call("zhao", lambda w: {"period": computed(w)}),
    "performance.services.months.period_lock": call("zhao", lambda w: {"period": published(w)}),
    "performance.services.months.target_set": call(
        "zhao",
        lambda w: {
            "period": opened(w), "user": w.cast.li, "grid": w.cast.grid_li, "indicator": "new_customers", "value": Decimal(3),
        },
    ),
    "performance.services.schemes.scheme_create": call("zhao", lambda _w: scheme()),
    "performance.services.schemes.scheme_activate": call("zhao", lambda w: {"scheme": written(w)}),
    "performance.services.exporting.period_export": call("zhao", lambda w: {"period": computed(w)}),
    "performance.services.proofs.request_verification": call(None, lambda w: {"period": computed(w)}),
}  # fmt: skip

OTHERS = {
    "audit.services": "records for the others",
    "customers.services.trail": "parts of the services beside it",
    "customers.services.checks": "parts of the services beside it",
    "customers.services.measuring": "parts of the services beside it",
    "customers.services.rows": "parts of the services beside it",
    "customers.services.consents.check_consent": "part of giving a consent",
    "customers.services.milestones.check_steps": "part of recording a step",
    "customers.services.households.household_met": "part of taking in a visit",
    "customers.services.households.households_met": "part of taking in visits",
    "customers.services.households.household_met_corrected": "part of correcting a visit",
    "customers.services.people.apply_identity": "part of creating and changing people",
    "customers.services.people.check_minor": "part of creating and changing people",
    "customers.services.people.check_person": "part of creating and changing people",
    "customers.services.people.read_person": "part of creating and changing people",
    "customers.services.people.check_alone": "part of creating and changing people",
    "customers.services.rekey.encrypted_models": "reads",
    "customers.services.rekey.personal_data_rekey": "leaves a row for each batch: it may be stopped and started",
    "customers.services.reveal.revealed_today": "reads",
    "grids.services.access": "reads under a lock",
    "grids.services.areas.area_check": "reads",
    "grids.services.tree.tree_faults": "reads",
    "people.services.accounts.account_check": "reads",
    "people.services.accounts.account_faults": "reads",
    "people.services.passwords.give_one_time": "part of opening and resetting an account",
    "performance.services.exporting.workbook": "builds a file",
    "performance.services.schemes.scheme_in_force": "reads; a new installation's standard scheme has a row of its own",
    "performance.services.rows": "parts of the services beside it",
    "performance.services.proofs.computed_periods": "reads",
    "performance.services.months.is_month_closed": "reads",
    "performance.services.runs.request_closed_month": "calls request_month for every bank",
    "performance.services.runs.superseded_drop": "the computation that superseded it has its row",
    "performance.services.runs.request_running_month": "calls request_month for every bank",
    "performance.services.proofs.request_verifications": "calls request_verification for every locked month",
    "performance.services.seals": "reads for the proof",
    "performance.services.proofs.verify_period": "reads; what it finds is recorded by the job",
    "visits.services.rows": "parts of the services beside it",
}

SERVICES = services()


def is_other(name: str) -> bool:
    return name in OTHERS or name.rpartition(".")[0] in OTHERS


def test_every_public_function_is_a_service_or_says_why_not():
    unknown = [name for name in SERVICES if name not in CALLS and not is_other(name)]
    assert unknown == [], "add them to CALLS or OTHERS"


def test_the_lists_name_nothing_that_is_gone():
    modules = {name.rpartition(".")[0] for name in SERVICES}
    assert [name for name in CALLS if name not in SERVICES] == []
    assert [name for name in OTHERS if name not in SERVICES and name not in modules] == []


@pytest.mark.parametrize("name", [name for name in CALLS if name in SERVICES])
def test_the_service_leaves_its_audit_row(db, name):
    world, told = make_world(), CALLS[name]
    for kind in ("household", "customer", "product"):
        world.row(kind, "mine")
    arguments = told.arguments(world)
    before = AuditEvent.objects.count()
    SERVICES[name](**arguments)
    left = list(AuditEvent.objects.order_by("pk").values_list("action", "actor_id"))[before:]
    assert len(left) == told.rows, left
    actor = arguments["actor"]
    assert {actor_id for _, actor_id in left} == {actor.pk if actor else None}
    assert (told.rows == 1) != bool(told.why)


# They write more than one transaction on purpose: an unfinished computation counts for nothing, and the next removes it.
LEAVES_SOMETHING = {"performance.services.runs.run_compute"}


def rows() -> dict[str, list[str]]:
    return {
        model._meta.label: sorted(map(repr, models.QuerySet(model).values_list()))
        for model in apps.get_models()
    }


@pytest.mark.parametrize(
    "name", [name for name in CALLS if name in SERVICES and name not in LEAVES_SOMETHING]
)
def test_no_audit_row_no_act(db, name, monkeypatch):
    """R21: when the trail can't be written, nothing else is."""
    world, told = make_world(), CALLS[name]
    for kind in ("household", "customer", "product"):
        world.row(kind, "mine")
    arguments = told.arguments(world)
    before = rows()

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr(AuditEvent, "save", full)
    with pytest.raises(OperationalError, match="disk full"):
        SERVICES[name](**arguments)
    assert {label for label, found in rows().items() if found != before[label]} == set()
