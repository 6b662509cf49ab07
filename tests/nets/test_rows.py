"""A row out of sight and a row that doesn't exist are the same thing, by every door."""

import pytest

from audit.models import AuditEvent
from people.enums import BUSINESS_ROLES
from tests.nets.site import METHODS, ROW_ROUTES, Route, World, plain

READERS = ["li", "chen", "zhao", "sysadmin", "secadmin", "auditor"]


def reader_of(world: World, route: Route) -> str:
    return next(name for name in READERS if route.admits(world.person(name)))


@pytest.mark.parametrize("route", ROW_ROUTES, ids=str)
def test_one_can_reach_ones_own_row(world: World, route: Route):
    """Else the tests below would prove nothing."""
    names = ["li", "zhao", "sysadmin", "secadmin", "auditor"]
    admitted = [name for name in names if route.admits(world.person(name))]
    address = route.url(world.kwargs(route))
    statuses = {
        world.client(name).generic(method, address).status_code
        for name in admitted
        for method in ("GET", "POST")
    }
    assert statuses - {404, 405, 403}, statuses


@pytest.mark.parametrize("route", ROW_ROUTES, ids=str)
def test_a_strangers_row_looks_absent(world: World, route: Route):
    theirs, absent = world.kwargs(route, "theirs"), world.kwargs(route, "absent")
    if theirs is None:
        theirs = absent
    client = world.client(reader_of(world, route))
    differences = []
    for method in METHODS:
        AuditEvent.objects.count()
        before = AuditEvent.objects.filter(action="scope.denied").count()
        first, second = (getattr(client, method)(route.url(kwargs)) for kwargs in (theirs, absent))
        denied = AuditEvent.objects.filter(action="scope.denied").count() - before
        if first.status_code not in {404, 405} or first.status_code != second.status_code:
            differences.append(f"{method}: {first.status_code} and {second.status_code}")
        elif plain(first) != plain(second):
            differences.append(f"{method}: the bodies differ")
        elif first.status_code == 404 and denied != 2:
            differences.append(f"{method}: {denied} audit rows for two denials")
    assert differences == []


@pytest.mark.parametrize(
    "route",
    [route for route in ROW_ROUTES if route.roles and set(route.roles) <= set(BUSINESS_ROLES)],
    ids=str,
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_without_an_assignment_reaches_a_row(world: World, route: Route, method: str):
    if route.name in WITHOUT_SCOPE:
        return
    response = getattr(world.client("sun"), method)(route.url(world.kwargs(route)))
    assert response.status_code in ({404, 405} if route.admits(world.person("sun")) else {403})


# the bank's own catalogue is the same for everybody, and divisions are published by the state
WITHOUT_SCOPE = {"product-detail", "area-detail"}
