"""Every route, every method, every role: the answer follows from what the view declares."""

import pytest

from grids.models import parts_held
from tests.nets.acts import line
from tests.nets.site import METHODS, PEOPLE, ROUTES, SAFE, UNDECLARED, Route, World, ledger

pytestmark = pytest.mark.once

# of a colleague the rank is seen, and the points where the bank says so
OF_COLLEAGUES = {"performance:score", "performance:facts", "performance:parts"}
FINE = {200, 201, 202, 204, 301, 302, 304, 400, 404, 405, 409, 413, 415, 422, 429}


def test_there_is_a_site():
    assert len(ROUTES) > 15


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_declares_its_roles(route):
    assert route.roles != UNDECLARED, f"{route.name} declares no roles"
    assert route.roles is None or route.roles, f"{route.name} admits nobody"


def test_what_is_declared_is_what_was_agreed(frozen):
    """A declaration that was widened by mistake would else be the truth for every net below."""
    frozen("routes.txt", sorted(map(line, ROUTES)))


def wanted(route: Route, user: object, method: str) -> set[int]:
    """Return the statuses that are right."""
    if route.roles is None:
        return FINE
    if user is None:
        return {401} if route.is_api else {302}
    if not route.admits(user):
        return {403}
    # in sight, but not his to change; whoever has no part anywhere is told so before he fills in a form
    free = method in SAFE and parts_held(user) and route.name not in OF_COLLEAGUES
    return FINE if free else FINE | {403}


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_roles_and_methods(world: World, route: Route):
    wrong = []
    for name in ["anonymous", *PEOPLE]:
        user = None if name == "anonymous" else world.person(name)
        address = route.url(world.kwargs(route, reader=name))
        client = world.client(name)
        stood = ledger()
        for method in METHODS:
            if route.name == "people:logout":
                client = world.client(name)
            response = getattr(client, method)(address)
            login = (
                user is None
                and response.status_code == 302
                and "/accounts/login/" not in response["Location"]
            )
            if response.status_code not in wanted(route, user, method) or (login and route.roles is not None):
                wrong.append(f"{name} {method.upper()} {address}: {response.status_code}")
        if not route.admits(user) and ledger() != stood:
            wrong.append(f"{name} {address}: refused, and yet written")
    assert wrong == []


@pytest.mark.parametrize("route", [route for route in ROUTES if route.roles], ids=str)
def test_a_get_works_for_whoever_may(world: World, route: Route):
    seen = {}
    for name in ("zhao", "chen", "li", "sysadmin", "secadmin", "auditor"):
        if route.admits(world.person(name)):
            address = route.url(world.kwargs(route, reader=name))
            seen[name] = world.client(name).get(address).status_code
    assert set(seen.values()) <= {200, 302, 400, 405}, seen
