"""Who reads the ground, and who doesn't."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ground import services
from ground.enums import ServicePointKind
from ground.models import ServicePoint
from ground.selectors import boundary_list, service_point_list
from tests.factories import CustomerFactory, HouseholdFactory, NeedFactory, VisitFactory
from tests.ground.squares import give_ground, square


@pytest.mark.parametrize(("who", "count"), [("zhao", 3), ("chen", 2), ("li", 1), ("sun", 0)])
def test_ground_ends_where_sight_ends(cast, who, count):
    give_ground(cast)
    assert boundary_list(actor=getattr(cast, who)).count() == count


def test_the_api_tells_a_grids_version(cast, client):
    client.force_login(cast.zhao)
    for size in (0.1, 0.2):
        services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25, size))
    found = client.get("/api/v1/grids/", {"tier": "branch"}).json()["results"]
    assert {one["id"]: one["boundary_version"] for one in found} == {cast.east.pk: 2, cast.west.pk: 0}
    assert client.get(f"/api/v1/grids/{cast.east.pk}/").json()["boundary_version"] == 2


@pytest.mark.parametrize(
    "address",
    [
        "/", "/grids/", "/customers/", "/visits/", "/visits/today/", "/needs/", "/performance/",
        "/api/v1/grids/", "/api/v1/households/", "/api/v1/customers/", "/api/v1/visits/", "/api/v1/needs/",
    ],
)  # fmt: skip
def test_only_the_map_reads_the_ground(cast, client, address):
    give_ground(cast)
    household = HouseholdFactory(grid=cast.grid_li)
    VisitFactory(customer=CustomerFactory(household=household), staff=cast.li)
    NeedFactory(household=household, raised_by=cast.li)
    client.force_login(cast.zhao)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert [one["sql"] for one in asked if "geojson" in one["sql"]] == []


@pytest.mark.parametrize(
    ("opened", "closed", "is_open"),
    [(None, None, True), (0, None, True), (1, None, False), (-9, 0, False), (-9, 1, True)],
)
def test_a_service_point_is_open_from_its_first_day_until_its_end(cast, opened, closed, is_open):
    today = timezone.localdate()
    first, end = (None if days is None else today + timedelta(days=days) for days in (opened, closed))
    ServicePoint(
        code="P1",
        name="网点",
        kind=ServicePointKind.OUTLET,
        grid=cast.grid_li,
        opened_on=first,
        closed_on=end,
    ).save()
    assert service_point_list(actor=cast.li).exists() is is_open
