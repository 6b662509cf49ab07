"""What a page or an answer asks of the database: as much with one row as with three, and as much as was agreed.

The counts stand in `queries.txt`. They are the same on every database: savepoints aren't counted.
"""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from performance.services import run_compute
from tests import factories
from tests.nets.acts import methods
from tests.nets.frozen import hold_line, read
from tests.nets.site import MAKE, READERS, ROUTES, Route, World
from tests.people import assign

READ = [route for route in ROUTES if route.roles and "get" in methods(route)]
OF_A_HOUSEHOLD = ("customer", "need", "visit", "offer", "consent")


def grow(world: World) -> None:
    """Add a household with a row of every kind, as much to the household that is there, and a colleague."""
    apart = replace(world, made={})
    for kind in MAKE:
        apart.row(kind, "mine")
    below = replace(world, made={("household", "mine"): world.row("household", "mine")})
    for kind in OF_A_HOUSEHOLD:
        below.row(kind, "mine")
    assign(factories.UserFactory(), factories.GridFactory(parent=world.cast.east))


def asked(world: World, route: Route, name: str) -> int:
    """Count a request's questions, the second of two: the first may fill what is kept for all."""
    client, address = world.client(name), route.url(world.kwargs(route, reader=name))
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        status = client.get(address).status_code
    assert status in {200, 302}, status
    return sum("SAVEPOINT" not in one["sql"] for one in found)


@pytest.mark.parametrize("route", READ, ids=str)
def test_a_page_asks_as_much_as_was_agreed_however_many_rows_it_shows(world: World, route: Route, request):
    """Agreed: `make freeze` wrote it."""
    names = [name for name in READERS if route.admits(world.person(name))]
    if route.name == "audit:list":
        # its rows are named kind by kind: first an event of every kind stands on the page
        grow(world)
    one = {name: asked(world, route, name) for name in names}
    grow(world)
    grow(world)
    month = world.made["month", "mine"].period.month
    world.made["month", "mine"] = run_compute(bank=world.cast.root, month=month, again=True)
    more = {name: asked(world, route, name) for name in names}
    if route.name == "audit:list":
        # so many events push a kind off the page, which is then not asked for
        more = {name: max(count, one[name]) for name, count in more.items()}
    assert more == one, "it asks for every row"
    found = " ".join(f"{name} {count}" for name, count in one.items())
    hold_line(request.config, "queries.txt", route.name, found)


def test_the_table_names_nothing_that_is_gone():
    names = {route.name for route in READ}
    assert [line for line in read("queries.txt") if line.partition(" | ")[0] not in names] == []
