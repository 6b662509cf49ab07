"""Photograph every page of a freshly seeded demo, wide and narrow, in both languages.

    python scripts/screenshots.py [FOLDER [NAME]]

Without FOLDER only the pictures that the README shows are taken, into docs/screenshots/.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("PORT", "8765"))
BASE = f"http://127.0.0.1:{PORT}"
PASSWORD = "a-screenshot-password"  # noqa: S105  of a site that lives for a minute
SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1366, "height": 768},
    "narrow": {"width": 390, "height": 844},
}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip

# name, who looks, address; a second address is the selector of the link to follow from there
PAGES = [
    ("login", "", "/accounts/login/", ""),
    ("home-head-office", "zhao", "/", ""),
    ("home-branch", "chen", "/", ""),
    ("home-manager", "li", "/", ""),
    ("home-nobody", "sun", "/", ""),
    ("home-sysadmin", "sysadmin", "/", ""),
    ("home-secadmin", "secadmin", "/", ""),
    ("home-auditor", "auditor", "/", ""),
    ("today", "li", "/visits/today/", ""),
    ("visit-new", "li", "/visits/new/", ""),
    ("visit-new-household", "li", "/visits/today/", 'main a[href*="/visits/new/?household="]'),
    ("visits", "chen", "/visits/", ""),
    ("visit", "chen", "/visits/", 'main a[href^="/visits/"][href*="-"]'),
    ("map", "zhao", "/grids/map/", ""),
    ("map-branch", "chen", "/grids/map/", ""),
    ("grids", "zhao", "/grids/", ""),
    ("grid-branch", "chen", "/grids/", 'main a[href^="/grids/"]:not([href*="map"]):not([href*="?"])'),
    ("grid", "li", "/grids/", 'main a[href^="/grids/"]:not([href*="map"]):not([href*="?"])'),
    ("customers", "zhao", "/customers/", ""),
    ("customers-branch", "chen", "/customers/", ""),
    ("customers-empty", "li", "/customers/?q=zzzz", ""),
    ("household", "li", "/customers/", 'main a[href^="/customers/households/"]:not([href*="new"])'),
    ("household-new", "li", "/customers/households/new/", ""),
    ("needs", "chen", "/needs/", ""),
    ("ranking-list", "zhao", "/performance/", ""),
    ("ranking", "zhao", "/performance/", 'main a[href^="/performance/20"]'),
    ("ranking-branch", "chen", "/performance/", 'main a[href^="/performance/20"]'),
    ("ranking-manager", "li", "/performance/", 'main a[href^="/performance/20"]'),
    ("accounts", "sysadmin", "/people/", ""),
    ("account-new", "sysadmin", "/people/new/", ""),
    ("account", "sysadmin", "/people/", 'main a[href^="/people/"]:not([href*="new"])'),
    ("tokens", "li", "/accounts/tokens/", ""),
    ("password", "li", "/accounts/password/", ""),
    ("audit", "auditor", "/audit/", ""),
    ("not-found", "li", "/customers/households/999999999/", ""),
    ("forbidden", "sysadmin", "/customers/", ""),
]
README = [("head-office", "zhao", "/", "")]


@contextmanager
def site() -> Iterator[None]:
    """Run a site of its own on a fresh database."""
    with tempfile.TemporaryDirectory() as var:
        env = {**os.environ, "GRIDBANK_VAR": var, "PORT": str(PORT), "GRIDBANK_DEMO_PASSWORD": PASSWORD,
               "DATABASE_URL": "", "CELERY_BROKER_URL": ""}  # fmt: skip
        manage = [sys.executable, str(ROOT / "manage.py")]
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


def _photograph(page: Page, address: str, link: str, target: Path) -> None:
    page.goto(f"{BASE}{address}")
    if link:
        found = page.locator(link)
        if not found.count():
            print(f"{target.name}: nothing to follow from {address}")
            return
        page.goto(f"{BASE}{found.first.get_attribute('href')}")
    page.wait_for_load_state("networkidle")
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target, full_page="docs" not in target.parts)
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if width > 0:
        print(f"{target.name}: {width} px wider than the screen")


def _complain(message: ConsoleMessage) -> None:
    if message.type == "error":
        print(f"console: {message.text}")


def take(
    browser: Browser, pages: list[tuple[str, str, str, str]], folder: Path, size: str, language: str
) -> None:
    """Photograph the pages at one size in one language; say what the console complained of."""
    people: dict[str, Page] = {}
    for name, username, address, link in pages:
        if username not in people:
            context = browser.new_context(viewport=SIZES[size], locale=language, service_workers="block")
            page = people[username] = context.new_page()
            page.on("console", _complain)
            page.on("pageerror", lambda error: print(f"error: {error}"))
            context.add_cookies([{"name": "django_language", "url": BASE,
                                  "value": "en" if language.startswith("en") else "zh-hans"}])  # fmt: skip
            _sign_in(page, username)
        target = (
            folder / f"{name}-{size}-{language[:2]}.png"
            if folder.name != "screenshots"
            else folder / f"{name}.png"
        )
        _photograph(people[username], address, link, target)
    for page in people.values():
        page.context.close()


def main() -> None:
    """Take what was asked for."""
    with site(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM
        )
        if len(sys.argv) == 1:
            take(browser, README, ROOT / "docs" / "screenshots", "wide", "zh-CN")
        else:
            wanted = re.compile(sys.argv[2]) if len(sys.argv) > 2 else re.compile("")  # noqa: PLR2004
            pages = [page for page in PAGES if wanted.search(page[0])]
            for size, language in (
                ("wide", "zh-CN"),
                ("narrow", "zh-CN"),
                ("wide", "en-US"),
                ("narrow", "en-US"),
            ):
                take(browser, pages, Path(sys.argv[1]), size, language)
        browser.close()


if __name__ == "__main__":
    main()
