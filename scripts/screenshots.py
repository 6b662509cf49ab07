"""Photograph every page of a freshly seeded demo and of an empty bank.

    python scripts/screenshots.py [FOLDER [NAME]]

FOLDER gets every page wide and narrow in both languages, wide in the dark, and a few on paper; NAME is a
pattern that keeps some pages only. Without FOLDER only the pictures that the README shows are taken, into
docs/screenshots/. What a console complains of and what is wider than its screen is said.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("PORT", "8765"))
BASE = f"http://127.0.0.1:{PORT}"
PASSWORD = "a-screenshot-password"  # noqa: S105  of a site that lives for a minute
SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1366, "height": 768},
    "narrow": {"width": 390, "height": 844},
    # A4 without its margins
    "paper": {"width": 718, "height": 1000},
}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip

Act = Callable[[Page], Any]


def press(selector: str, *then: str) -> Act:
    """Click one thing after the other."""

    def act(page: Page) -> None:
        for each in (selector, *then):
            page.locator(each).first.click()
            page.wait_for_load_state("networkidle")

    return act


def send_wrong(**fields: str) -> Act:
    """Fill the page's form with these and send it, browser checks left out."""

    def act(page: Page) -> None:
        page.evaluate("document.querySelectorAll('form').forEach((form) => { form.noValidate = true; })")
        for name, value in fields.items():
            page.fill(f"main [name={name}]", value)
        page.locator("main form .button--primary").first.click()
        page.locator("[aria-invalid=true], .alert--bad:visible, .field__error").first.wait_for()
        # HTMX settles what it swapped; a photograph in between disturbs it
        page.wait_for_timeout(200)

    return act


def refused(page: Page) -> None:
    """Publish a month that still runs: a rule of the bank forbids it."""
    page.evaluate(
        """() => {
          const form = document.createElement("form");
          form.method = "post";
          form.action = location.pathname + "publish/";
          form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
          document.body.append(form);
          form.submit();
        }"""
    )
    page.locator(".stop__code").wait_for()


def search(page: Page) -> None:
    """Type what finds several households."""
    page.keyboard.type("l")
    page.locator("#found-status:not(:empty)").wait_for()
    page.wait_for_load_state("networkidle")


def number(page: Page) -> None:
    """Look for a whole number, by the form that keeps it out of the address."""
    page.locator(".number-search summary").click()
    page.fill("#number-search [name=number]", "13800138000")
    page.locator("#number-search button").click()
    page.wait_for_load_state("networkidle")


def reveal(page: Page) -> None:
    """Ask for a number, with a reason."""
    part = page.locator(".reveal").first
    part.locator("summary").click()
    part.locator("input[type=radio]").first.check()
    part.locator("[name=reason]").fill("核对身份证件")
    part.locator("button").click()
    part.locator("output").wait_for()


def tick(page: Page) -> None:
    """Fold a row out, tick two, and open the menu of filters."""
    page.locator(".fold").nth(1).check()
    for place in (0, 2):
        box = page.locator("tbody .cell--tick input").nth(place)
        if box.is_visible():
            box.check()
    page.locator(".sheet__find summary").click()


@dataclass(frozen=True)
class Shot:
    """A page: who looks, at which address, which links are followed from there, what is done then."""

    name: str
    who: str
    address: str
    follow: tuple[str, ...] = ()
    act: Act | None = None


MONTH = 'main a[href^="/performance/20"]'
GRID = 'main tbody a[href^="/grids/"]'
HOUSEHOLD = 'main a[href^="/customers/households/"]:not([href*="new"])'
LOG = 'main a[href*="/visits/new/?household="]'
VISIT = 'main tbody a[href^="/visits/"]'

PAGES = [
    Shot("login", "", "/accounts/login/"),
    Shot("login-wrong", "", "/accounts/login/", act=send_wrong(username="zhao", password="not the one")),  # noqa: S106
    Shot("home-head-office", "zhao", "/"),
    Shot("home-head-office-days", "zhao", "/?measure=days"),
    Shot("home-branch", "chen", "/"),
    Shot("home-manager", "li", "/"),
    Shot("home-nobody", "sun", "/"),
    Shot("home-sysadmin", "sysadmin", "/"),
    Shot("home-secadmin", "secadmin", "/"),
    Shot("home-auditor", "auditor", "/"),
    Shot("today", "li", "/visits/today/"),
    Shot("visit-search", "li", "/visits/new/"),
    Shot("visit-search-found", "li", "/visits/new/", act=search),
    Shot("visit-new", "li", "/visits/today/", (LOG,)),
    Shot("visit-wrong", "li", "/visits/today/", (LOG,), send_wrong(note="电话13800138000")),
    Shot("visits", "chen", "/visits/"),
    Shot("visits-held", "li", "/visits/held/"),
    Shot("visit", "chen", "/visits/", (VISIT,)),
    Shot("visit-correct", "chen", "/visits/", (VISIT, 'main a[href$="/correct/"]')),
    Shot("map", "zhao", "/grids/map/"),
    Shot("map-branches", "zhao", "/grids/map/?level=branch"),
    Shot("map-branch", "chen", "/grids/map/"),
    Shot("grids", "zhao", "/grids/"),
    Shot("grids-vacant", "zhao", "/grids/?vacant=on"),
    Shot("grid-branch", "chen", "/grids/", (GRID,)),
    Shot("grid", "li", "/grids/", (GRID,)),
    Shot("grid-assign", "zhao", "/grids/", (GRID, 'main a[href$="/assignments/new/"]')),
    Shot("grid-assign-wrong", "zhao", "/grids/", (GRID, 'main a[href$="/assignments/new/"]'), send_wrong()),
    Shot("grid-duty", "zhao", "/grids/", (GRID, 'main a[href$="/duties/new/"]')),
    Shot("customers", "zhao", "/customers/"),
    Shot("customers-branch", "chen", "/customers/"),
    Shot("customers-worked", "chen", "/customers/?met=long_ago&sort=days", act=tick),
    Shot("customers-print", "chen", "/customers/?take=print"),
    Shot("customers-none", "li", "/customers/?q=zzzz"),
    Shot("customers-number", "li", "/customers/", act=number),
    Shot("household", "li", "/customers/", (HOUSEHOLD,)),
    Shot("household-reveal", "li", "/customers/", (HOUSEHOLD,), reveal),
    Shot("household-steps", "li", "/customers/", (HOUSEHOLD,), press(".progress-forms summary")),
    Shot("household-edit", "li", "/customers/", (HOUSEHOLD, 'main a[href$="/edit/"][href*="households"]')),
    Shot("household-new", "li", "/customers/households/new/"),
    Shot("household-wrong", "li", "/customers/households/new/", act=send_wrong(longitude="1", latitude="1")),
    Shot("person-new", "li", "/customers/", (HOUSEHOLD, 'main a[href$="/people/new/"]')),
    Shot("person-edit", "li", "/customers/", (HOUSEHOLD, '.member a[href$="/edit/"]')),
    Shot(
        "person-wrong",
        "li",
        "/customers/",
        (HOUSEHOLD, 'main a[href$="/people/new/"]'),
        send_wrong(phone="1"),
    ),
    Shot("needs", "chen", "/needs/"),
    Shot("need-new", "li", "/customers/", (HOUSEHOLD,), press("#needs details summary")),
    Shot("need-close", "chen", "/needs/", ('main a[href$="/close/"]',)),
    Shot("ranking-list", "zhao", "/performance/"),
    Shot("ranking", "zhao", "/performance/", (MONTH,)),
    Shot("ranking-branch", "chen", "/performance/", (MONTH,)),
    Shot("ranking-manager", "li", "/performance/", (MONTH,)),
    Shot("score", "li", "/performance/", (MONTH, "main a.stat")),
    Shot("facts", "li", "/performance/", (MONTH, "main a.stat", "main tbody th a")),
    Shot("job", "zhao", "/performance/", (MONTH,), press("form[action$='/verify/'] button")),
    Shot("refused", "zhao", "/performance/", (MONTH,), refused),
    Shot("accounts", "sysadmin", "/people/"),
    Shot("account-new", "sysadmin", "/people/new/"),
    Shot("account-wrong", "sysadmin", "/people/new/", act=send_wrong()),
    Shot("account", "sysadmin", "/people/", ("main tbody a",)),
    Shot("account-role", "secadmin", "/people/", ("main tbody a",)),
    Shot("tokens", "li", "/accounts/tokens/"),
    Shot("password", "li", "/accounts/password/"),
    Shot("audit", "auditor", "/audit/"),
    Shot("claims", "chen", "/customers/claims/"),
    Shot("readings", "auditor", "/audit/readings/"),
    Shot("not-found", "li", "/customers/households/999999999/"),
    Shot("forbidden", "sysadmin", "/customers/"),
]
EMPTY = [
    Shot("empty-home-head-office", "zhao", "/"),
    Shot("empty-home-branch", "chen", "/"),
    Shot("empty-home-manager", "li", "/"),
    Shot("empty-map", "zhao", "/grids/map/"),
    Shot("empty-customers", "li", "/customers/"),
    Shot("empty-visits", "li", "/visits/"),
    Shot("empty-today", "li", "/visits/today/"),
    Shot("empty-needs", "chen", "/needs/"),
    Shot("empty-ranking", "li", "/performance/"),
]
README = [Shot("head-office", "zhao", "/")]
ON_PAPER = re.compile(
    "^(home-(head|branch|manager)|today|map$|household$|ranking|score|grid-branch|customers-print)"
)

# A bank on its first day: three tiers, three people, nothing else.
FOUND = f"""
from django.utils import timezone
from grids import services
from people.models import User
day = timezone.localdate()
above = None
for number, (username, name, role, code, grid, tier, kind) in enumerate([
    ("zhao", "赵望山", "head_office", "NB", "新农村商业银行", "head_office", "office"),
    ("chen", "陈大川", "branch_manager", "NB01", "城关支行", "branch", "office"),
    ("li", "李小禾", "account_manager", "NB0101", "新村", "manager", "village"),
]):
    above = services.grid_create(
        actor=None, code=code, name=grid, tier=tier, parent=above, valid_from=day, kind=kind
    )
    user = User.objects.create_user(username, "{PASSWORD}", staff_no=f"NB{{number}}", name=name, role=role)
    row = services.AssignmentRow(grid=above, user=user, valid_from=day)
    services.assignments_bulk_create(actor=None, rows=[row])
"""


@contextmanager
def site(*, empty: bool = False) -> Iterator[None]:
    """Run a site of its own on a fresh database."""
    with tempfile.TemporaryDirectory() as var:
        env = {**os.environ, "GRIDBANK_VAR": var, "PORT": str(PORT), "GRIDBANK_DEMO_PASSWORD": PASSWORD,
               "DATABASE_URL": "", "CELERY_BROKER_URL": ""}  # fmt: skip
        manage = [sys.executable, str(ROOT / "manage.py")]
        if empty:
            subprocess.run([*manage, "migrate", "--verbosity", "0"], env=env, check=True)
            subprocess.run([*manage, "shell", "--verbosity", "0", "--command", FOUND], env=env, check=True)
        with subprocess.Popen([*manage, "up", "--prepare"], env=env) as process:
            try:
                _wait_for(f"{BASE}/healthz", 180)
                yield
            finally:
                process.terminate()


def _wait_for(address: str, seconds: int) -> None:
    for _ in range(seconds):
        try:
            urllib.request.urlopen(address, timeout=1)  # noqa: S310
        except OSError:
            time.sleep(1)
        else:
            return
    raise TimeoutError(address)


def _sign_in(page: Page, username: str) -> None:
    page.goto(f"{BASE}/accounts/login/")
    if username:
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{BASE}/")


def _photograph(page: Page, shot: Shot, target: Path) -> None:
    page.goto(f"{BASE}{shot.address}")
    for link in shot.follow:
        found = page.locator(link)
        if not found.count():
            print(f"{target.name}: nothing to follow from {page.url}: {link}")
            return
        page.goto(f"{BASE}{found.first.get_attribute('href')}")
    page.wait_for_load_state("networkidle")
    if shot.act:
        shot.act(page)
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target, full_page="docs" not in target.parts)
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if width > 0:
        print(f"{target.name}: {width} px wider than the screen")


def _complain(message: ConsoleMessage) -> None:
    # a refusal that was asked for is no news
    if message.type == "error" and not re.search(r"status of (403|404|409|422)", message.text):
        print(f"console: {message.text}")


def take(
    browser: Browser, shots: list[Shot], folder: Path, *, size: str, language: str, dark: bool = False
) -> None:
    """Photograph pages at one size in one language; say what the console complained of."""
    people: dict[str, Page] = {}
    ending = f"-{size}-{language[:2]}{'-dark' * dark}" if folder.name != "screenshots" else ""
    for shot in shots:
        if shot.who not in people:
            context = browser.new_context(
                viewport=SIZES[size], locale=language, color_scheme="dark" if dark else "light",
                timezone_id="Asia/Shanghai", service_workers="block", has_touch=size == "narrow",
            )  # fmt: skip
            page = people[shot.who] = context.new_page()
            page.on("console", _complain)
            page.on("pageerror", lambda error: print(f"error: {error}"))
            page.on("dialog", lambda dialog: dialog.accept())
            context.add_cookies([{"name": "django_language", "url": BASE,
                                  "value": "en" if language.startswith("en") else "zh-hans"}])  # fmt: skip
            _sign_in(page, shot.who)
            if size == "paper":
                page.emulate_media(media="print")
        _photograph(people[shot.who], shot, folder / f"{shot.name}{ending}.png")
    for page in people.values():
        page.context.close()


def _take_all(browser: Browser, shots: list[Shot], folder: Path) -> None:
    for size, language, dark in (
        ("wide", "zh-CN", False),
        ("narrow", "zh-CN", False),
        ("wide", "en-US", False),
        ("narrow", "en-US", False),
        ("wide", "zh-CN", True),
        ("narrow", "zh-CN", True),
    ):
        take(browser, shots, folder, size=size, language=language, dark=dark)
    paper = [shot for shot in shots if ON_PAPER.search(shot.name)]
    take(browser, paper, folder, size="paper", language="zh-CN")


def _launch(playwright: Playwright) -> Browser:
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    # the browser's own words, in date fields for one, where its language is installed
    return playwright.chromium.launch(executable_path=path, args=[*CHROMIUM, "--lang=zh-CN"])


def main() -> None:
    """Take what was asked for."""
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        if len(sys.argv) == 1:
            with site():
                take(browser, README, ROOT / "docs" / "screenshots", size="wide", language="zh-CN")
        else:
            wanted = re.compile(sys.argv[2] if len(sys.argv) > 2 else "")  # noqa: PLR2004
            for shots, empty in ((PAGES, False), (EMPTY, True)):
                chosen = [shot for shot in shots if wanted.search(shot.name)]
                if chosen:
                    with site(empty=empty):
                        _take_all(browser, chosen, Path(sys.argv[1]))
        browser.close()


if __name__ == "__main__":
    main()
