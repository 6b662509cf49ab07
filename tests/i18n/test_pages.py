"""An English page is English: apart from names and other data there is no Chinese on it, and the reverse."""

import re
from functools import reduce
from html import unescape

import pytest
from django.apps import apps
from django.db import models

from exchange.models import Batch
from performance.models import STANDARD, Scheme
from tests.nets.site import ROUTES, Route, World, make_world

pytestmark = pytest.mark.once

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
PAGES = [route for route in ROUTES if not route.is_api and route.roles]
LANGUAGE_NAMES = ["简体中文"]


@pytest.fixture
def world(db) -> World:
    return make_world()


def data() -> list[str]:
    """Return every Chinese text that somebody typed, longest first: what has an English name of its own isn't among them."""
    found = set(LANGUAGE_NAMES)
    for model in apps.get_models():
        texts = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, (models.CharField, models.TextField))
        ]
        rows = models.QuerySet(model)
        if "name_en" in texts:
            rows = rows.filter(name_en="")
        if model is Scheme:
            # what every installation starts with is named by us
            rows = rows.exclude(code=STANDARD, created_by=None)
        for values in rows.values_list(*texts) if texts else []:
            found.update(str(value) for value in values if value and CHINESE.search(str(value)))
    # what a file says itself lies sealed
    for batch in Batch.everywhere():
        heads = batch.layout.heads
        found.update(text for head in heads for text in (head.name, head.sample) if CHINESE.search(text))
    return sorted(found, key=len, reverse=True)


def read(world: World, route: Route, language: str):
    for name in ("zhao", "chen", "li", "sysadmin", "secadmin", "auditor"):
        if route.admits(world.person(name)):
            client = world.client(name)
            client.post("/language/", {"language": language, "next": "/"})
            response = client.get(route.url(world.kwargs(route, reader=name)))
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                yield name, unescape(response.text)


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_an_english_page_has_no_chinese_of_ours(world: World, route: Route):
    for name, text in read(world, route, "en"):
        ours = reduce(lambda left, value: left.replace(value, ""), data(), text)
        assert CHINESE.findall(ours) == [], name
        assert '<html lang="en"' in text


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_a_chinese_page_says_so(world: World, route: Route):
    for _name, text in read(world, route, "zh-hans"):
        assert '<html lang="zh-hans"' in text
        assert CHINESE.search(re.search(r"<h1.*?>(.*?)</h1>|<title>(.*?)</title>", text, re.S).group())
