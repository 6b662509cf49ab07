"""Letters that the key sheet promises: what they open, and that what is being typed stays text."""

import re

from playwright.sync_api import expect

from tests.visits.bodies import person_in


def test_d_logs_the_first_household_and_s_leaves_it_for_later(cast, signed_in):
    for name in ("甲一", "甲二"):
        person_in(cast.grid_li, name)
    page = signed_in(cast.li)
    page.goto("/")
    first = page.locator("#next-title a").inner_text()
    page.keyboard.press("s")
    # loaded: before, nobody listens to a key
    page.wait_for_url(re.compile(r"skip="))
    expect(page.locator("#next-title a")).not_to_have_text(first)
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile(r"/visits/new/\?household=\d+"))
    page.goto("/visits/today/")
    page.locator("[data-seek]").first.press("d")
    expect(page.locator("[data-seek]").first).to_have_value("d")
    page.locator("h1").click()
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile(r"/visits/new/\?household=\d+"))


def test_escape_leaves_the_menu_of_a_phone(cast, signed_in):
    page = signed_in(cast.li, narrow=True)
    page.goto("/")
    menu = page.locator(".topbar__menu")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
