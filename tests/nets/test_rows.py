"""A row out of sight and a row that doesn't exist are the same thing, by every door."""

import itertools

import pytest

from audit.models import AuditEvent
from people.enums import BUSINESS_ROLES
from tests.nets.forms import Form, forms_of
from tests.nets.site import METHODS, ROW_ROUTES, Route, World, ledger, plain

COMMON = {"/language/", "/accounts/logout/", "/search/"}
READERS = ["li", "chen", "zhao", "sysadmin", "secadmin", "auditor"]


def reader_of(world: World, route: Route) -> str:
    return next(name for name in READERS if route.admits(world.person(name)))


# in this world nobody has signed a month: tests/performance/test_proved.py reaches it
UNSIGNED = "performance:proof-verify"


@pytest.mark.parametrize("route", [route for route in ROW_ROUTES if route.name != UNSIGNED], ids=str)
def test_one_can_reach_ones_own_row(world: World, route: Route):
    """Else the tests below would prove nothing."""
    names = ["li", "zhao", "sysadmin", "secadmin", "auditor"]
    admitted = [name for name in names if route.admits(world.person(name))]
    statuses = {
        world.client(name).generic(method, route.url(world.kwargs(route, reader=name))).status_code
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
    differences, stood = [], ledger()
    for method in METHODS:
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
    assert ledger() == stood, "answered as absent, and yet written"


def own_forms(world: World, route: Route) -> list[tuple[str, Form]]:
    """Return the forms that post, of a page of one's own row; each with somebody who is shown it."""
    address, found = route.url(world.kwargs(route)), {}
    for name in READERS:
        response = world.client(name).get(address) if route.admits(world.person(name)) else None
        if response is None or response.status_code != 200 or "html" not in response["Content-Type"]:
            continue
        for form in forms_of(address, response.text):
            if form.method == "post" and form.path not in COMMON:
                found.setdefault((form.path, tuple(form.fields)), (name, form))
    return list(found.values())


@pytest.mark.parametrize("route", [route for route in ROW_ROUTES if not route.is_api], ids=str)
def test_a_form_that_somebody_else_was_shown_does_nothing(world: World, route: Route):
    """With every field right, and sent by another branch's people, it is refused and nothing is written."""
    forms, done = own_forms(world, route) if route.name not in WITHOUT_SCOPE else [], []
    # signing in is an act
    clients = {name: world.client(name) for name in ("wu", "zhou")}
    stood = ledger()
    for (_shown_to, form), (name, client) in itertools.product(forms, clients.items()):
        status = client.post(form.action, {**form.values(), **form.boxes}).status_code
        if status not in {403, 404} or ledger() != stood:
            done.append(f"{name} {form.path}: {status}")
    assert done == []


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


# the bank's own catalogue is the same for everybody, divisions are published by the state, and a kind of file is nobody's:
# each row of a file is asked for when it is stored
WITHOUT_SCOPE = {
    "product-detail",
    "area-detail",
    "exchange:new",
    "exchange:template",
    "exchange:export-new",
    "exchange:out",
}
