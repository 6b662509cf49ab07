"""The API of the grid: reading only."""

import pytest

from grids import services
from grids.sheets import AREAS
from tests.factories import GridFactory


def ids(response):
    return [one["id"] for one in response.json()["results"]]


def test_the_api_reads_what_the_pages_read(cast, enter):
    assert ids(enter(cast.chen).get("/api/v1/grids/")) == sorted(
        [cast.east.pk, cast.grid_li.pk, cast.grid_wang.pk]
    )
    assert ids(enter(cast.sun).get("/api/v1/grids/")) == []
    one = enter(cast.li).get(f"/api/v1/grids/{cast.grid_li.pk}/").json()
    assert one["parent"] == cast.east.pk
    assert set(one) == {
        "id", "code", "name", "tier", "nature", "kind", "peer_group", "parent", "area",
        "boundary_version", "valid_from", "valid_to",
    }  # fmt: skip
    for pk in (cast.grid_wu.pk, 987654):
        assert enter(cast.li).get(f"/api/v1/grids/{pk}/").status_code == 404


def test_the_api_filters_and_refuses_what_it_does_not_know(cast, enter):
    client = enter(cast.zhao)
    assert ids(client.get("/api/v1/grids/", {"tier": "branch"})) == sorted([cast.east.pk, cast.west.pk])
    assert ids(client.get("/api/v1/grids/", {"parent": cast.west.pk})) == [cast.grid_wu.pk]
    assert ids(client.get("/api/v1/grids/", {"branch": cast.west.pk})) == sorted(
        [cast.west.pk, cast.grid_wu.pk]
    )
    for query in (
        {"tier": "x"},
        {"branch": "987654"},
        {"parent": "x"},
        {"ordering": "owner"},
        {"fields": "boundary"},
    ):
        assert client.get("/api/v1/grids/", query).status_code == 400
    assert enter(cast.chen).get("/api/v1/grids/", {"branch": cast.west.pk}).status_code == 400
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)("/api/v1/grids/").status_code == 405


def test_areas_are_public_among_staff(cast, enter):
    services.areas_import(
        actor=None,
        rows=AREAS.rows(
            ["code,name,level,parent_code\n", "52,贵州省,province,\n", "5227,黔南,prefecture,52\n"]
        ),
    )
    client = enter(cast.sun)
    assert [one["code"] for one in client.get("/api/v1/areas/").json()["results"]] == ["52", "5227"]
    found = client.get("/api/v1/areas/", {"parent": "52", "level": "prefecture"}).json()["results"]
    assert [(one["name"], one["parent"]) for one in found] == [("黔南", "52")]
    for query in ({"level": "planet"}, {"parent": "５２"}, {"x": "1"}):
        assert client.get("/api/v1/areas/", query).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_the_api_asks_the_same_number_of_queries(cast, enter, django_assert_num_queries, count):
    GridFactory.create_batch(count, parent=cast.west)
    client = enter(cast.zhao)
    with django_assert_num_queries(7):
        assert client.get("/api/v1/grids/").status_code == 200


@pytest.mark.parametrize("name", ["parent", "branch"])
def test_a_number_beyond_any_key_finds_nothing_and_breaks_nothing(cast, enter, name):
    response = enter(cast.zhao).get("/api/v1/grids/", {name: "9" * 400})
    assert response.status_code in {200, 400}
    assert response.json().get("results", []) == []


@pytest.mark.parametrize("key", ["0", "9" * 18, "9" * 19, "-1", "x", "１"])
def test_a_key_that_is_none_is_absent(cast, enter, key):
    for place in ("grids", "areas"):
        assert enter(cast.zhao).get(f"/api/v1/{place}/{key}/").status_code == 404


def test_a_branch_filter_keeps_to_its_subtree_with_the_others(cast, enter):
    client = enter(cast.zhao)
    query = {"branch": cast.east.pk, "tier": "manager"}
    assert ids(client.get("/api/v1/grids/", query)) == sorted([cast.grid_li.pk, cast.grid_wang.pk])
    assert ids(client.get("/api/v1/grids/", {**query, "parent": cast.west.pk})) == []
    # one row is read without the list's filters, which are refused there
    assert client.get(f"/api/v1/grids/{cast.grid_li.pk}/").json()["code"] == cast.grid_li.code
