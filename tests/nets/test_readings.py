"""Every reading of personal data leaves one row in the read log, whatever the door.

Words are planted in every archive; an answer that holds one of them, or a person's row, must stand in the log.
"""

from typing import Any

import pytest
from django.db import models
from django.test import Client

from audit.models import Reading
from customers.models import Customer, Household
from needs.models import Need
from people.services.tokens import token_create
from tests.nets.acts import methods
from tests.nets.site import READERS, ROUTES, Route, World
from tests.nets.test_candidates import read
from visits.models import Visit

WORDS = ("曾怀瑾", "田家垭口九组", "说话慢声细气的老伴", "想盖三间瓦房")
READ = [route for route in ROUTES if route.roles and "get" in methods(route)]


def plant(world: World) -> None:
    """Write the words into whatever is there."""
    name, address, note, text = WORDS
    models.QuerySet(Household).update(head_name=name, address=address)
    models.QuerySet(Customer).update(name=name)
    models.QuerySet(Visit).update(note=note)
    models.QuerySet(Need).update(text=text)


def tells(response: Any) -> bool:
    return any(word in read(response) for word in WORDS)


@pytest.mark.parametrize("route", READ, ids=str)
def test_what_tells_of_somebody_leaves_one_row(world: World, route: Route):
    for kind in ("customer", "need", "visit", "offer", "consent"):
        world.row(kind, "mine")
    addresses = {
        name: route.url(world.kwargs(route, reader=name))
        for name in READERS
        if route.admits(world.person(name))
    }
    plant(world)
    for name, address in addresses.items():
        before = Reading.objects.count()
        response = world.client(name).get(address)
        rows = list(Reading.objects.order_by("pk"))[before:]
        assert len(rows) <= 1, name
        if tells(response):
            (row,) = rows
            assert (row.actor, row.route, row.token) == (world.person(name), route.name, None)
            assert row.request_id == response["X-Request-ID"]
            assert f",{row.first}," in row.keys
            assert row.count == len(row.keys.strip(",").split(","))
            assert not any(word in repr(row.__dict__) for word in WORDS)


def test_the_net_sees_something(world: World):
    """Else the test above would prove nothing."""
    home = world.row("household", "mine")
    plant(world)
    assert tells(world.client("li").get(home.get_absolute_url()))


@pytest.mark.parametrize(
    "name", ["household-list", "customer-list", "visit-list", "need-list", "offer-list", "customer-detail"]
)
def test_a_token_stands_beside_what_it_read(world: World, name: str):
    for kind in ("customer", "need", "visit", "offer"):
        world.row(kind, "mine")
    (route,) = (one for one in ROUTES if one.name == name)
    made = token_create(actor=world.cast.li, name="脚本", days=1)
    client = Client(headers={"Authorization": f"Token {made.secret}"})
    response = client.get(route.url(world.kwargs(route)))
    assert response.status_code == 200
    row = Reading.objects.latest("pk")
    assert (row.actor, row.token, row.route) == (world.cast.li, made.token.pk, name)


def test_a_search_and_a_form_with_a_fault_leave_one_too(world: World):
    home = world.row("household", "mine")
    before = Reading.objects.count()
    response = world.client("li").post(f"/customers/households/{home.pk}/edit/", {"version": "x"})
    assert response.status_code == 422
    assert Reading.objects.count() == before + 1


def test_who_is_refused_or_sends_only_has_read_nothing(world: World):
    home = world.row("household", "theirs")
    before = Reading.objects.count()
    assert world.client("li").get(home.get_absolute_url()).status_code == 404
    world.client("li").post("/api/v1/visits/sync/", {"visits": []}, content_type="application/json")
    assert Reading.objects.count() == before
