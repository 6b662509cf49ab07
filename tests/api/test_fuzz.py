"""Whatever comes in, the API answers; it never falls over."""

import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.nets.site import ROUTES, Route, World

API = [route for route in ROUTES if route.is_api]
WORDS = st.text(alphabet=string.printable + "赵农＝ａ\u2028\x00🌾", max_size=30)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    WORDS,
    st.sampled_from(
        ["2026-11-23", "2026-11-23T10:00:00+08:00", "9999-12-31T23:59:59Z", "0", "-1", "1e999", "' OR 1=1 --"]
    ),
)
BODIES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)
NAMES = [
    "q", "search", "ordering", "page_size", "cursor", "fields", "expand", "ids", "id", "grid", "household", "customer",
    "status", "month", "period", "level", "staff", "since", "until", "branch", "owner", "mode", "product", "day", "kind",
]  # fmt: skip
QUERIES = st.dictionaries(st.sampled_from(NAMES) | WORDS, SCALARS.map(str), max_size=4)
VISIT = st.fixed_dictionaries(
    {},
    optional={
        "id": SCALARS, "customer": SCALARS, "started_at": SCALARS, "mode": SCALARS, "met": SCALARS, "note": SCALARS,
        "offers": BODIES, "needs": BODIES, "next_on": SCALARS, "latitude": SCALARS, "longitude": SCALARS,
        "accuracy_m": SCALARS, "version": SCALARS,
    },
)  # fmt: skip
SYNC = st.fixed_dictionaries({"visits": st.lists(VISIT, max_size=3)})
LAX = settings(
    max_examples=15,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def client(shared: World):
    return shared, shared.client("zhao")


@pytest.mark.parametrize("route", API, ids=str)
def test_random_questions_never_break_the_api(client, route: Route):
    world, zhao = client
    address = route.url(world.kwargs(route))

    @LAX
    @given(QUERIES)
    def ask(query):
        response = zhao.get(address, query)
        assert response.status_code in {200, 400, 403, 404, 405, 406}

    ask()


@pytest.mark.parametrize("route", API, ids=str)
def test_random_bodies_never_break_the_api(client, route: Route):
    world, zhao = client
    address = route.url(world.kwargs(route))

    @LAX
    @given(BODIES | VISIT | SYNC, st.sampled_from(["post", "put", "patch", "delete"]))
    def send(body, method):
        text = json.dumps(body)
        response = getattr(zhao, method)(address, text, content_type="application/json")
        assert response.status_code in {200, 201, 204, 400, 403, 404, 405, 409, 413, 415}

    send()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":1e999}']
)
@pytest.mark.parametrize("route", API, ids=str)
def test_broken_json_is_the_callers_fault(client, route: Route, body: bytes):
    world, zhao = client
    response = zhao.post(route.url(world.kwargs(route)), body, content_type="application/json")
    # a file is no JSON; and what takes no body has nothing to say of none
    takes_none = route.name == "batch-work" and not body
    assert response.status_code in {400, 403, 405, 415} or (takes_none and response.status_code == 409)


@pytest.mark.parametrize(
    "pk", ["0", "-1", "99999999999999999999999", "x", "%00", "１", "1.0", "..%2f..", "' OR 1=1"]
)
@pytest.mark.parametrize("route", [route for route in API if route.keys], ids=str)
def test_a_strange_key_is_an_absent_row(client, route: Route, pk: str):
    world, zhao = client
    kwargs = world.kwargs(route)
    address = route.url(kwargs)
    for value in kwargs.values():
        address = address.replace(f"/{value}/", f"/{pk}/")
    assert zhao.get(address).status_code in {404, 405}
