"""Numbers planted in every field of every form and of the API: afterwards the whole database is searched for them."""

import base64
import json
import logging
import re
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.urls import NoReverseMatch
from django.utils import timezone

from jobs.models import JobRun
from jobs.requesting import publish
from tests.customers.numbers import id_number
from tests.nets.forms import Form
from tests.nets.site import ROUTES, World
from tests.nets.test_hostile_input import accepted, shown_forms

ID, PHONE, CARD = id_number(serial=777), "13912345678", "6222021234567890128"
PLANTED = (ID, PHONE, CARD)
PAGES = [route for route in ROUTES if not route.is_api]
# a bank may number its people as it likes
NAMES_OF_STAFF = {"username", "staff_no"}
TYPED = {"text", "textarea", "search", "hidden", "tel", ""}


def dump() -> str:
    """Return every row of every table as the database holds it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(found)


def leaks(text: str) -> list[str]:
    return [line[:160] for line in text.splitlines() for number in PLANTED if number in line]


def planted(form: Form, base: dict[str, str]) -> list[dict[str, str]]:
    """Return the form's values with one text field after the other holding a number."""
    fields = [one.name for one in form.fields.values() if one.kind in TYPED]
    fields = [
        name
        for name in fields
        if name not in {*NAMES_OF_STAFF, "csrfmiddlewaretoken"} and not name.endswith("_FORMS")
    ]
    whole = {"id_number": ID, "head-id_number": ID, "phone": PHONE, "head-phone": PHONE, "number": ID}
    more = {"id_type": "resident", "head-id_type": "resident"}
    found = []
    for name in fields:
        for number in PLANTED:
            text = whole.get(name, f"{base.get(name, '')} {number}".strip())
            found.append({**base, **(more if "id_number" in name else {}), name: text})
    return found


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_no_form_leaves_a_number_in_clear(world: World, route, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    for name, form in shown_forms(world, route):
        client = world.client(name)
        for base in accepted(client, form):
            for values in planted(form, base):
                getattr(client, form.method)(form.action, values)
    output = capsys.readouterr()
    assert leaks(dump()) == []
    assert leaks(f"{caplog.text}\n{output.out}\n{output.err}") == []


KEYED = [route for route in ROUTES if route.keys]


@pytest.mark.once
@pytest.mark.parametrize("route", KEYED, ids=str)
def test_no_address_leaves_a_number_in_clear(world: World, route, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    kwargs = world.kwargs(route)
    for key in route.keys:
        for number in PLANTED:
            with suppress(NoReverseMatch):
                address = route.url({**kwargs, key: number})
                for name in ("li", "zhao"):
                    world.client(name).get(address)
                    world.client(name).post(address)
    output = capsys.readouterr()
    assert leaks(dump()) == []
    assert leaks(f"{caplog.text}\n{output.out}\n{output.err}") == []


@pytest.mark.once
@pytest.mark.parametrize("route", [route for route in ROUTES if not route.keys], ids=str)
def test_no_question_in_an_address_leaves_a_number_in_clear(world: World, route, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    words = ("q", "next", "person", "subject", "household", "customer", "after", "before", "cursor", "页")
    asked = {word: PLANTED[number % 3] for number, word in enumerate(words)}
    for name in ("li", "auditor", "anonymous"):
        client = world.client(name)
        client.get(route.url({}), asked)
        client.post(f"{route.url({})}?{urlencode(asked)}", {"username": "li", "password": "wrong", **asked})
    output = capsys.readouterr()
    assert leaks(dump()) == []
    assert leaks(f"{caplog.text}\n{output.out}\n{output.err}") == []


@pytest.mark.once
@pytest.mark.parametrize("route", [each for each in ROUTES if not each.keys and not each.is_api], ids=str)
def test_no_page_stays_at_an_address_that_holds_a_number(world: World, route):
    for name in ("li", "auditor"):
        if not route.admits(world.person(name)):
            continue
        for number in PLANTED[:3]:
            answer = world.client(name).get(
                route.url({}), {"q": number, "person": f" {number} ", "level": "branch"}
            )
            assert answer.status_code != 200, f"{route.name} {number}"
            assert number not in answer.get("Location", "")


@pytest.mark.once
@pytest.mark.parametrize("route", PAGES, ids=str)
def test_no_browser_sends_a_number_in_an_address(world: World, route):
    """What is led away from an address stood in one: the field itself lets nobody send it."""
    open_to_numbers = [
        f"{name} {form.path} {one.name}: {text}"
        for name, form in shown_forms(world, route)
        if form.method == "get"
        for one in form.fields.values()
        if one.kind in {"text", "search", "tel"}
        for text in (*PLANTED, f" {PHONE[:3]} {PHONE[3:]}", f"曾小明{ID}")
        if not one.pattern or re.fullmatch(one.pattern, text)
    ]
    assert open_to_numbers == []


def visit(world: World, **changes: Any) -> dict[str, Any]:
    at = (timezone.now() - timedelta(minutes=1)).isoformat()
    person = world.row("customer", "mine").pk
    return {"id": str(uuid4()), "customer": person, "started_at": at, "mode": "door", "met": True, **changes}


def test_the_api_leaves_no_number_in_clear(world: World, caplog):
    """Nor in the answers kept for an Idempotency-Key."""
    caplog.set_level(logging.DEBUG)
    client, product = world.client("li"), world.row("product", "mine").pk
    kept = str(uuid4())
    for number in PLANTED:
        bodies = [
            visit(world, id=number), visit(world, id=f"x{number}"), visit(world, note=number), visit(world, mode=number),
            visit(world, **{number: 1}), visit(world, needs=[{"text": number}]), visit(world, needs=[{number: "x"}]),
            visit(world, offers=[{"product": product, "result": number}]), visit(world, started_at=number),
            visit(world, customer=number), visit(world, next_on=number), visit(world, id=kept, note="一"),
            visit(world, id=kept, note="二"),
        ]  # fmt: skip
        for body in [{"visits": bodies}, {"visits": bodies, number: 1}, {number: bodies}]:
            for key in (str(uuid4()), number):
                client.post(
                    "/api/v1/visits/sync/",
                    body,
                    content_type="application/json",
                    headers={"Idempotency-Key": key},
                )
        client.get("/api/v1/customers/", {"q": number})
        client.get("/api/v1/customers/", {number: "x"})
        client.get("/customers/", {"q": number})
    assert leaks(dump()) == []
    assert leaks(caplog.text) == []


def test_the_search_finds_what_is_there(world: World):
    """Else the tests above would prove nothing."""
    world.cast.li.name = ID
    world.cast.li.save()
    assert len(leaks(dump())) == 1
    assert leaks(json.dumps({"a": PHONE})) != []


@pytest.mark.django_db
def test_the_broker_holds_ids_only():
    queue = settings.VAR_DIR / "broker" / "queue"
    job = JobRun.objects.create(
        kind="test", subject="s", arguments={"secret": ID}, requested_at=timezone.now()
    )
    before = set(queue.glob("*")) if queue.exists() else set()
    assert publish(job.pk)
    bodies = {}
    # another worker's test may send at the same time
    for path in set(queue.glob("*")) - before:
        bodies[path] = json.loads(base64.b64decode(json.loads(path.read_text())["body"]))
    ours = [path for path, (_args, kwargs, _embed) in bodies.items() if kwargs == {"job_id": job.pk}]
    assert ours
    assert all(list(kwargs) == ["job_id"] for _args, kwargs, _embed in bodies.values())
    assert leaks("".join(path.read_text() for path in ours)) == []
    ours[0].unlink()
