"""Whatever is typed into any field of any form, or into any address: an answer, never a crash."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models, transaction
from django.test import Client
from django.urls import resolve

from customers.models import Customer
from tests.nets.forms import Field, Form, forms_of
from tests.nets.site import MAKE, ROUTES, Route, World
from tests.nets.test_once import RIGHT, WAITING

# in this bank they are shown, and nothing is there to be done or chosen
EMPTY = WAITING | {
    "customers:household-move": "Li has one grid only",
    "customers:household-split": "one lives there alone",
    "customers:households-join": "the other is found by its number",
    "customers:twins-merge": "two that are put together are no pair any more",
    "ground:layout-change": "what is changed is ticked beside the forms",
    "ground:layout-draw": "what is drawn is no word of the page",
}
READERS = ["li", "chen", "zhao", "sysadmin", "secadmin", "auditor"]
PAGES = [route for route in ROUTES if not route.is_api]
TEXTS = ["\x00", "a\x00b", "＝1+1", "%s%n{}", "' OR 1=1 --", "\u202e\u2028", "a" * 5_000]
NUMBERS = [
    "99999999999999999999",
    "-1",
    "0",
    "１２",
    "1_0",
    "NaN",
    "Infinity",
    "1e400",
    "0x10",
    "\x00",
    "1" * 5_000,
]
DAYS = [
    "0001-01-01", "0001-12-31", "9999-12-31", "9999-12-01", "2026-02-30", "２０２６-０１-０１", "1799-01-01", "\x00",
    "0001-01-01T00:00", "9999-12-31T23:59",
]  # fmt: skip
BY_NAME = ("from", "to", "since", "until", "day", "_on", "date", "started_at", "birth")
ROW = re.compile(r"-\d+-")
ABSENT = ["987654321", "99999999999999999999", "-1", "x", "１", "\x00"]


def hostile(one: Field) -> list[str]:
    if any(word in one.name for word in BY_NAME):
        return DAYS
    if one.kind in {"select", "radio"}:
        return ABSENT
    if one.kind in {"hidden", "number"} or one.name in {"page", "after", "before"}:
        return NUMBERS
    return TEXTS


def told_apart(form: Form) -> list[Field]:
    """Return the fields of a form; of rows that are one form several times, those of the first."""
    first = {name: ROW.sub("-0-", name) for name in form.fields}
    return [one for name, one in form.fields.items() if name == first[name] or first[name] not in form.fields]


def shown_forms(world: World, route: Route) -> list[tuple[str, Form]]:
    """Return the forms of a route's page, each with the first person who is shown it; the frame's own at one page."""
    for kind in MAKE:
        world.row(kind, "mine")
    models.QuerySet(Customer).update(phone="13912345678")
    address = route.url(world.kwargs(route))
    if route.name == "visits:new":
        address += f"?household={world.row('household', 'mine').pk}"
    found = {}
    for name in READERS:
        if not route.admits(world.person(name)):
            continue
        response = world.client(name).get(address)
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        for form in forms_of(address, response.text):
            if form.path not in {"/language/", "/accounts/logout/"} | ({"/search/"} - {address}):
                found.setdefault((form.path, form.method, tuple(form.fields)), (name, form))
    return list(found.values())


def send(client: Client, form: Form, values: dict[str, str]) -> int:
    """Send a form, undo what it did, and return the status."""
    with transaction.atomic():
        response = getattr(client, form.method)(form.action, values)
        transaction.set_rollback(True)
    return response.status_code


def taken(world: World, client: Client, form: Form) -> list[dict[str, str]]:
    """Return what the form takes; else nothing that is tried with it would get past the form."""
    of = resolve(form.path).view_name
    right = RIGHT.get(of, lambda _w: {})(world) if of not in EMPTY else {}
    bases = accepted(client, form, right)
    assert bases or of in EMPTY, form
    return bases or [form.values()]


def variants(form: Form) -> Iterator[dict[str, str]]:
    """Return the right values, and again with another choice of each menu."""
    plain = form.values()
    yield plain
    for one in form.fields.values():
        if one.kind in {"select", "radio"}:
            yield from ({**plain, one.name: option} for option in one.options[1:12])


def accepted(client: Client, form: Form, right: dict[str, Any] | None = None) -> list[dict[str, str]]:
    """Return what the form takes: once as it is, once with every box ticked, if it has any."""
    found = []
    if any(field.kind == "password" for field in form.fields.values()):
        # Nothing is accepted without the person's own password, which the page doesn't hold.
        return [form.values()]
    if set(form.fields) <= {"csrfmiddlewaretoken", "form_key"}:
        # a button: there is nothing to type, and the month may be refused for what the bank's other rows are
        assert send(client, form, form.values()) < 500
        return [form.values()]
    for boxes in [{}, form.boxes] if form.boxes else [{}]:
        tries = ({**values, **boxes, **(right or {})} for values in variants(form))
        found += itertools.islice((base for base in tries if send(client, form, base) in {200, 302}), 1)
    return found


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_no_field_of_a_form_breaks_the_page(world: World, route: Route):
    broken = []
    for name, form in shown_forms(world, route):
        client = world.client(name)
        bases = taken(world, client, form)
        for base, one in itertools.product(bases, told_apart(form)):
            for value in [] if one.name == "csrfmiddlewaretoken" else hostile(one):
                status = send(client, form, {**base, one.name: value})
                if status >= 500:
                    broken.append(f"{name} {form.method} {form.path} {one.name}={value[:30]!a}: {status}")
    assert broken == []
