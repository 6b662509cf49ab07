"""A question that the API doesn't know is the caller's fault: never ignored, never a crash, never an order of rows."""

import base64

import pytest

from tests.nets.site import MAKE, ROUTES, Route, World, make_world

API = [route for route in ROUTES if route.is_api and route.name != "schema"]
LISTS = [route for route in API if route.name.endswith("-list")]
STRANGE = [
    "ordering",
    "order_by",
    "fields",
    "expand",
    "ids",
    "owner",
    "format",
    "limit",
    "offset",
    "search",
    "pk__gt",
]
POSITIONS = [
    "p=", "p=abc", "p=%00", "p=None", "p=%F0%9F", "p=2026-13-45", "p=0001-01-01", "r=1&p=x", "o=-1", "o=1e9",
    "p=9999-12-31T23:59:59-10:00", "p=" + "9" * 5_000, "p=1.5",
]  # fmt: skip
# its pages follow a time, every other list's a number
TIMES = {"visit-list"}


@pytest.fixture
def zhao(db):
    world: World = make_world()
    for kind in MAKE:
        world.row(kind, "mine")
    return world, world.client("zhao")


def cursor(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("route", API, ids=str)
def test_a_word_it_does_not_know_is_refused_whatever_the_row(zhao, route: Route):
    """A5. The same for a row out of sight: else the refusal would tell."""
    world, client = zhao
    for whose in ("mine", "theirs", "absent") if route.keys else ("mine",):
        kwargs = world.kwargs(route, whose)
        if kwargs is None:
            continue
        for word in STRANGE:
            response = client.generic(
                "POST" if route.name == "visit-sync" else "GET", f"{route.url(kwargs)}?{word}=x"
            )
            assert (response.status_code, list(response.json())) == (400, [word])


@pytest.mark.parametrize("text", POSITIONS)
@pytest.mark.parametrize("route", LISTS, ids=str)
def test_a_made_up_cursor_is_refused(zhao, route: Route, text: str):
    _world, client = zhao
    response = client.get(route.url({}), {"cursor": cursor(text)})
    assert (response.status_code, list(response.json())) == (400, ["cursor"])


@pytest.mark.parametrize("value", ["x", "\x00", "%", "１２", "p=1", "AAAA" * 3_000])
@pytest.mark.parametrize("route", LISTS, ids=str)
def test_a_cursor_that_is_none_breaks_nothing(zhao, route: Route, value: str):
    _world, client = zhao
    assert client.get(route.url({}), {"cursor": value}).status_code in {200, 400}


@pytest.mark.parametrize("route", LISTS, ids=str)
def test_a_cursor_of_another_list_opens_nothing_else(zhao, route: Route):
    """The position is the caller's to choose; what it may lead to is not."""
    world, _client = zhao
    stranger = world.client("sun")
    place = "9999-12-31T00:00:00%2B00:00" if route.name in TIMES else "0"
    response = stranger.get(route.url({}), {"cursor": cursor(f"p={place}")})
    assert response.status_code == 200
    if route.name not in {"area-list", "product-list"}:
        assert response.json()["results"] == []


@pytest.mark.parametrize("size", ["1", "007", "201", "1000000000", "9" * 20, "9" * 5_000])
@pytest.mark.parametrize("route", LISTS, ids=str)
def test_a_page_is_never_larger_than_its_bound(zhao, route: Route, size: str):
    _world, client = zhao
    response = client.get(route.url({}), {"page_size": size})
    assert response.status_code == 200
    assert len(response.json()["results"]) <= min(int(size[:4]), 200)


@pytest.mark.parametrize("size", ["0", "-1", "x", "AAA", "1e9", "1.0", "+5", " 5", "１２", "000", "", "\x00"])
@pytest.mark.parametrize("route", LISTS, ids=str)
def test_a_size_that_is_no_number_of_rows_is_refused(zhao, route: Route, size: str):
    _world, client = zhao
    response = client.get(route.url({}), {"page_size": size})
    assert (response.status_code, response.json()) == (400, {"page_size": ["请填写 1 到 200 之间的整数。"]})
