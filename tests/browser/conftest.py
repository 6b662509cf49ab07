"""A real browser against the live site: it fails on any console error, CSP violation or foreign request.

    def test_something(signed_in, cast):
        page = signed_in(cast.li)            # wide; signed_in(cast.li, narrow=True) for a phone
        page.goto("/visits/today/")

Paths are relative to the live server. A test that provokes an error on purpose says so first:
`page.expect_trouble("409")`. What a page shows is asserted with Playwright's `expect`, which waits: a click
or a key returns before the page that it leads to is there.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from customers.models import Household
from gridbank.scoping import waive_scope
from people.models import User
from performance.models import Score
from tests.browser.pages import LONG, UNBROKEN
from tests.dashboards.ranked import month
from tests.factories import CustomerFactory, NeedFactory, OfferFactory, VisitFactory
from tests.gates import find_browser

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
# how long a page may take on a busy machine, in milliseconds: for a click as for what is expected of it
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the machine's Chromium: Playwright's own can't be downloaded everywhere."""
    # Playwright's loop stays in this thread for the rest of the session; the database is used between its
    # calls, never inside them, by these tests and by all that follow
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": find_browser(), "args": FLAGS}


class Watch:
    """What a page did that it shouldn't have."""

    def __init__(self, page: Page, host: str) -> None:
        self.trouble: list[str] = []
        self.expected: list[str] = []
        page.on("console", lambda message: self._note(message.type == "error", f"console: {message.text}"))
        page.on("pageerror", lambda error: self._note(True, f"script: {error}"))
        page.on(
            "request", lambda request: self._note(self._foreign(request.url, host), f"asked {request.url}")
        )

    @staticmethod
    def _foreign(url: str, host: str) -> bool:
        return urlsplit(url).scheme not in {"data", "blob", "about"} and urlsplit(url).netloc != host

    def _note(self, wrong: bool, what: str) -> None:
        if wrong and not any(re.search(pattern, what) for pattern in self.expected):
            self.trouble.append(what)


@pytest.fixture
def new_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a watched page; everything it saw is judged after the test."""
    opened = []

    def make(*, narrow: bool = False, cookies: dict[str, str] | None = None, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=options.pop("viewport", NARROW if narrow else WIDE),
            locale=options.pop("locale", "zh-CN"),
            timezone_id="Asia/Shanghai",
            has_touch=narrow,
            service_workers="block",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        if cookies:
            context.add_cookies(
                [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
            )
        page = context.new_page()
        watch = Watch(page, urlsplit(live_server.url).netloc)
        page.expect_trouble = watch.expected.append
        opened.append((context, watch))
        return page

    yield make
    trouble = [what for _context, watch in opened for what in watch.trouble]
    for context, _watch in opened:
        context.close()
    assert trouble == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """Return a wide page of a stranger."""
    return new_page()


@pytest.fixture
def signed_in(new_page: Callable[..., Page], settings) -> Callable[..., Page]:
    """Return a function that opens a page for a person, by session and without the form."""

    def open_for(user: User, *, language: str = "", **options: Any) -> Page:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        chosen = {settings.LANGUAGE_COOKIE_NAME: language} if language else {}
        return new_page(cookies={name: client.cookies[name].value, **chosen}, **options)

    return open_for


@pytest.fixture
def ground(cast):
    """A household with hostile words in every field that somebody types."""
    person = CustomerFactory(
        household__grid=cast.grid_li, name=LONG, relation="head", occupation=UNBROKEN[:50]
    )
    household = person.household
    with waive_scope("a test writes hostile text"):
        Household.objects.filter(pk=household.pk).update(
            head_name=LONG, group_name=UNBROKEN[:40], soft_information=UNBROKEN, livestock=UNBROKEN[:100]
        )
    visit = VisitFactory(customer=person, staff=cast.li, note=UNBROKEN)
    OfferFactory(customer=person, staff=cast.li)
    NeedFactory(household=household, customer=person, text=UNBROKEN[:200])
    cast.li.name = LONG[:60]
    cast.li.save()
    cast.grid_li.name = "甲村" + UNBROKEN[:58]
    cast.grid_li.save()
    first = timezone.localdate().replace(day=1)
    ranked = [(cast.wang, cast.grid_wang, cast.east), (cast.li, cast.grid_li, cast.east)]
    # a month before it, so that what changed and its course are drawn as well
    month(cast, (first - timedelta(days=1)).replace(day=1), people=ranked)
    period = month(cast, first, people=ranked)
    with waive_scope("a test names a score"):
        score = Score.objects.get(run_id=period.current_run_id, subject_id=cast.li.pk, level="manager").pk
    return {
        "household": household.pk, "visit": visit.pk, "grid": cast.grid_li.pk, "person": person.pk,
        "month": f"{first:%Y-%m}", "score": score, "user": cast.li.pk,
    }  # fmt: skip
