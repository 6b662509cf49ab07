"""Reading changes nothing, is never cached, and asks for nothing from elsewhere."""

import json
import re

import pytest

from tests.nets.site import READERS, ROUTES, Route, World, snapshot

PAGES = [route for route in ROUTES if not route.is_api]
FORBIDDEN_HTML = {
    "inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:json|geo\+json)\")", re.I
    ),
    "inline style": re.compile(r"<style|\sstyle\s*=", re.I),
    "inline handler": re.compile(r"<[^>]+\son[a-z]+\s*=", re.I),
    "address elsewhere": re.compile(r"(?:src|href|action|data-url)=\"(?:https?:)?//", re.I),
    "script address": re.compile(r"(?:src|href|action)=\"\s*javascript:", re.I),
}


def answers(world: World, route: Route, method: str = "get"):
    for name in READERS:
        if route.admits(world.person(name)):
            address = route.url(world.kwargs(route, reader=name))
            yield name, getattr(world.client(name), method)(address)


# whether there is room to write is asked by writing: one row of its own; how often an export was fetched stands in its row
PROBES = {"readyz", "exchange:export-file"}


@pytest.mark.parametrize("route", [route for route in ROUTES if route.name not in PROBES], ids=str)
def test_reading_changes_nothing(world: World, route: Route):
    world.kwargs(route)
    clients = [world.client(name) for name in READERS if route.admits(world.person(name))]
    address = route.url(world.kwargs(route))
    before = snapshot()
    for client in clients:
        for method in ("get", "head", "options"):
            getattr(client, method)(address)
    assert snapshot() == before


@pytest.mark.once
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_answer_is_closed_up(world: World, route: Route):
    for name, response in [*answers(world, route), *answers(world, route, "post")]:
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy, name
        assert "object-src 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "no-store" in response["Cache-Control"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in response


@pytest.mark.once
@pytest.mark.parametrize("route", PAGES, ids=str)
def test_no_page_needs_inline_code_or_another_host(world: World, route: Route):
    for name, response in answers(world, route):
        if not response["Content-Type"].startswith("text/html"):
            continue
        found = {what: pattern.search(response.text) for what, pattern in FORBIDDEN_HTML.items()}
        assert {what: match.group() for what, match in found.items() if match} == {}, name


LOADS_HTMX = re.compile(r'<script src="[^"]*htmx')
HTMX = re.compile(r"<meta name=\"htmx-config\" content='([^']*)'")
# No page in the laptop's storage, no text that becomes code, and no style that the policy would refuse.
SETTLED = {
    "historyCacheSize": 0, "refreshOnHistoryMiss": True, "allowEval": False, "includeIndicatorStyles": False,
}  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("route", PAGES, ids=str)
def test_no_page_lets_the_laptop_keep_it_or_run_its_text(world: World, route: Route):
    for name, response in answers(world, route):
        if not (response["Content-Type"].startswith("text/html") and LOADS_HTMX.search(response.text)):
            continue
        told = json.loads(HTMX.search(response.text)[1])
        assert {key: told.get(key) for key in SETTLED} == SETTLED, name
