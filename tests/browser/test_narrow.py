"""On a phone every page fits, every table reads as blocks, and fingers find what they point at."""

import pytest
from playwright.sync_api import expect

from people.enums import Role
from tests.browser.pages import LONG, PAGES
from tests.factories import UserFactory

OPEN = "() => document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
MEASURE = """() => ({
  stuck: [...document.querySelectorAll("main :is(input, select, textarea)")]
    .filter((each) => each.offsetParent && each.closest(".field, .card, form")
      && each.getBoundingClientRect().right > each.closest(".field, .card, form").getBoundingClientRect().right + 1)
    .map((each) => each.outerHTML.slice(0, 80)),
  wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  hidden: [...document.querySelectorAll(".table-wrap")].filter((each) => each.scrollWidth > each.clientWidth + 1).length,
  thin: [...document.querySelectorAll("main .card")].filter((each) => each.getBoundingClientRect().width < 300).length,
  small: [...document.querySelectorAll("main .button, main select, main .pills a, .topbar summary, main .table th[scope=row] > a")]
    .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 39.5)
    .map((each) => each.outerHTML.slice(0, 80)),
})"""
FITS = {"stuck": [], "wider": 0, "hidden": 0, "thin": 0, "small": []}


@pytest.mark.parametrize(
    ("name", "language"), [(name, language) for name in PAGES for language in ("zh-hans", "en")]
)
def test_every_page_fits_a_phone_whatever_was_typed(cast, ground, signed_in, name, language):
    page = signed_in(getattr(cast, name), narrow=True, language=language)
    found = {}
    for path in PAGES[name]:
        address = path.format(**ground)
        assert page.goto(address).status == 200
        page.wait_for_load_state("networkidle")
        page.evaluate(OPEN)
        found[path] = page.evaluate(MEASURE)
    assert {path: seen for path, seen in found.items() if seen != FITS} == {}


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_the_officers_pages_fit_a_phone(cast, ground, signed_in, role):
    page = signed_in(UserFactory(role=role, name=LONG[:60]), narrow=True)
    for path in ("/", "/audit/" if role == Role.AUDITOR else "/people/"):
        assert page.goto(path).status == 200
        assert page.evaluate(MEASURE) == FITS


@pytest.mark.parametrize("name", ["li", "zhao"])
def test_every_page_fits_a_laptop_whatever_was_typed(cast, ground, signed_in, name):
    page = signed_in(getattr(cast, name))
    page.set_viewport_size({"width": 1366, "height": 768})
    for path in PAGES[name]:
        page.goto(path.format(**ground))
        page.wait_for_load_state("networkidle")
        page.evaluate(OPEN)
        seen = page.evaluate(MEASURE)
        assert (seen["wider"], seen["stuck"]) == (0, []), path


def test_the_filters_wait_behind_a_button_and_open_without_scripts(cast, signed_in):
    page = signed_in(cast.chen, narrow=True, java_script_enabled=False)
    page.goto("/visits/")
    mode = page.locator("select[name=mode]")
    expect(mode).to_be_hidden()
    page.locator(".sheet__find summary").click()
    expect(mode).to_be_visible()
    mode.select_option("phone")
    page.locator(".sheet__panel .button--primary").first.click()
    page.wait_for_url("**mode=phone*")
    # what narrows the list is in sight, and goes away by one touch
    page.locator(".chip").first.click()
    page.wait_for_url(lambda url: "mode=phone" not in url)
