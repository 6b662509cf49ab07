"""One way to call each service of the visits app: see `tests/nets/calling.py`."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.nets.calling import Call, call, once, row
from tests.nets.site import World
from visits import services
from visits.enums import Outcome
from visits.models import Visit

NOW = datetime(2026, 9, 9, 2, tzinfo=UTC)
THEN = datetime(2026, 1, 15, 2, tzinfo=UTC)
WHY = "its offers and its needs have one each"


def visit_body(w: World, **more: Any) -> dict[str, Any]:
    """A visit of a month that is over, so that it is held; with what else is written for it."""
    person = w.row("customer", "mine")
    type(person)._base_manager.filter(pk=person.pk).update(created_at=THEN)
    offers = [{"product": w.row("product", "mine").pk, "result": "offered"}]
    body = {
        "id": str(uuid4()),
        "customer": person.pk,
        "started_at": THEN.isoformat(),
        "mode": "door",
        "met": True,
    }
    return {**body, "offers": offers, "needs": [{"text": "买牛"}], **more}


def rejected(result: Any) -> bool:
    """Visits are answered one by one: none may be stored or kept aside."""
    results = result if isinstance(result, list) else [result]
    return {one.status for one in results} == {Outcome.REJECTED}


@once
def logged(w: World) -> Any:
    body = visit_body(w)
    services.visit_log(actor=w.cast.li, body=body)
    return Visit._base_manager.get(pk=body["id"]), body


def corrected(w: World) -> dict[str, Any]:
    visit, body = logged(w)
    return {"visit": visit, "body": {**body, "offers": [], "needs": [{"text": "卖粮"}]}, "reason": "记错了"}


def visit_row(w: World) -> Any:
    person = w.row("customer", "mine")
    body = row(
        "visits.body", "VisitBody", id=uuid4(), customer_id=person.pk, started_at=NOW, mode="door", met=True
    )
    place = row(
        "visits.services.rows",
        "Belonging",
        household_id=person.household_id,
        staff_id=w.cast.li.pk,
    )
    return row("visits.services.bulk", "VisitRow", body=body, place=place)


CALLS: dict[str, Call] = {
    "visits.services.bulk.visits_bulk_create": call("li", lambda w: {"rows": [visit_row(w)]}),
    "visits.services.held.held_put_aside": call(
        "li", lambda w: {"held": w.row("held", "mine"), "reason": "已另行登记"}
    ),
    "visits.services.receive.visit_log": call("li", lambda w: {"body": visit_body(w)}, rows=3, why=WHY, refused=rejected),
    "visits.services.receive.visits_sync": call("li", lambda w: {"bodies": [visit_body(w), visit_body(w)]}, rows=3, why=WHY, refused=rejected),
    "visits.services.correct.visit_correct": call("li", corrected, rows=3, why=WHY),
}  # fmt: skip

OTHERS: dict[str, str] = {
    "visits.services.rows": "parts of the services beside it",
}
