"""The site in a browser: the form, the menu, the language, and a watch that really bites."""

import pytest
from playwright.sync_api import expect

from people.enums import Role

PASSWORD = "Spring-river-42-lantern"


def sign_in(page, username: str, password: str = PASSWORD) -> None:
    page.goto("/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")


@pytest.mark.parametrize("narrow", [False, True])
def test_li_signs_in_through_the_form(cast, new_page, narrow):
    cast.li.set_password(PASSWORD)
    cast.li.save()
    page = new_page(narrow=narrow)
    sign_in(page, "li")
    expect(page.locator("body")).to_contain_text(cast.li.name)
    expect(page.locator("input[name=password]")).to_have_count(0)


def test_a_wrong_password_says_so_and_lets_nobody_in(cast, page):
    cast.li.set_password(PASSWORD)
    cast.li.save()
    sign_in(page, "li", "not-the-password")
    expect(page.locator("[role=alert]")).to_be_visible()
    page.goto("/")
    expect(page.locator("input[name=password]")).to_be_visible()


@pytest.mark.parametrize("name", ["zhao", "chen", "li", "sun"])
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_each_home_is_quiet_and_fits_the_screen(cast, signed_in, name, narrow):
    page = signed_in(getattr(cast, name), narrow=narrow)
    assert page.goto("/").status == 200
    page.wait_for_load_state("networkidle")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"the page is {overflow} px too wide"


def test_the_officer_sees_his_own_home(cast, signed_in):
    cast.sun.role = Role.AUDITOR
    cast.sun.save()
    assert signed_in(cast.sun).goto("/").status == 200


@pytest.mark.parametrize(
    ("trouble", "script"),
    [
        ("asked", "fetch('http://127.0.0.2:9/x').catch(() => 0)"),
        ("console", "console.error('x')"),
        ("script", "setTimeout(() => { throw new Error('x') })"),
        (
            "Content Security Policy",
            "document.head.appendChild(document.createElement('style')).textContent='*{}'",
        ),
        ("Content Security Policy", "document.body.setAttribute('style', 'color:red')"),
    ],
)
def test_the_watch_bites(new_page, trouble, script):
    page = new_page()
    seen = []
    page.on("console", lambda message: seen.append(f"console {message.text}"))
    page.on("pageerror", lambda error: seen.append(f"script {error}"))
    page.on("request", lambda request: seen.append(f"asked {request.url}"))
    page.goto("/accounts/login/")
    page.expect_trouble("")
    seen.clear()
    page.evaluate(script)
    page.wait_for_timeout(200)
    assert [what for what in seen if trouble in what]
