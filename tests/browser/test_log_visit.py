"""A visit is logged in under a minute without touching the mouse."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from gridbank.scoping import waive_scope
from needs.models import Need
from products.models import Offer
from tests.factories import ProductFactory
from tests.visits.bodies import person_in
from visits.models import Visit

MOST_KEYS = 30


@pytest.fixture
def person(cast):
    made = person_in(cast.grid_li, "罗大勇")
    made.initials, made.pinyin = "ldy", "luodayong"
    made.save()
    return made


@pytest.fixture
def sign_in_elsewhere(live_server, settings):
    """Return a function that signs somebody in as in another tab: the page's own token is void then."""

    def sign_in(page, user):
        client = Client(enforce_csrf_checks=False)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [
                {"name": name, "value": client.cookies[name].value, "url": live_server.url},
                {"name": settings.CSRF_COOKIE_NAME, "value": "n" * 32, "url": live_server.url},
            ]
        )

    return sign_in


def form_of(person):
    return f"/visits/new/?household={person.household_id}"


def stored():
    with waive_scope("a test looks at what was stored"):
        return list(Visit.objects.all())


def away(url):
    return "/visits/" in url and "household" not in url


def test_a_visit_is_logged_with_the_keyboard_only(cast, person, signed_in):
    """Find the household, how and whom, one offer, one need, a note, the next day, and the next household.

    At three keys a second it takes ten seconds beside what one writes; the mouse and scripts touch nothing.
    """
    person_in(cast.grid_li, "石小兰")
    product = ProductFactory(name="惠农贷")
    page, keys = signed_in(cast.li), 0

    def press(*names):
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    page.goto("/visits/new/")
    press("l", "d", "y")
    page.locator("#found li.is-chosen strong", has_text="罗大勇").wait_for()
    press("Enter")
    page.wait_for_url("**household=*")
    page.locator("input[name=customer]:checked:focus").wait_for()
    # somebody was met, by phone; on to the offers
    press("Alt+y", "Alt+2", "Enter")
    page.locator("#id_offers-0-product:focus").wait_for()
    # a product; its result is set to offered
    press("ArrowDown", "Enter")
    # accepted; on to the needs
    press("ArrowDown", "Enter", "n", "i", "u")
    # the note, again in 30 days, stored
    press("Alt+m", "o", "k", "Alt+8", "Control+Enter")
    page.wait_for_url(away)
    visit = stored()[0]
    assert (visit.customer, visit.mode, visit.met, visit.note) == (person, "phone", True, "ok")
    assert (visit.day, visit.next_on) == (timezone.localdate(), timezone.localdate() + timedelta(days=30))
    with waive_scope("a test looks at what was stored"):
        assert Offer.objects.get().product == product
        assert Offer.objects.get().result == "accepted"
        assert Need.objects.get().text == "niu"
    page.locator(".next-due .button--primary:focus").wait_for()
    # and the next one is open
    press("Enter")
    page.wait_for_url("**household=*")
    expect(page.locator("h1")).to_contain_text("石小兰")
    assert keys <= MOST_KEYS


def test_the_quick_days_and_the_shortcuts(cast, person, signed_in):
    page = signed_in(cast.li)
    page.goto(form_of(person))
    first_id = page.locator("input[name=id]").input_value()
    page.keyboard.press("Alt+n")
    expect(page.locator("input[name=met][value=no]")).to_be_checked()
    page.locator("#quick-days button").nth(1).click()
    assert page.locator("input[name=next_on]").input_value() > timezone.localdate().isoformat()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    # what was typed isn't left by accident
    assert asked == ["beforeunload"]
    assert page.locator("input[name=id]").input_value() != first_id


def test_one_line_is_shown_and_more_come_on_demand(cast, person, signed_in):
    for number in range(4):
        ProductFactory(name=f"产品{number}")
    page = signed_in(cast.li)
    page.goto(form_of(person))
    page.keyboard.press("Alt+y")
    lines = page.locator("#offers .lines__line:visible")
    expect(lines).to_have_count(1)
    # the fourth is one more than the page brought
    for number in range(4):
        page.locator(f"#id_offers-{number}-product").fill(f"产品{number}")
        page.keyboard.press("Enter")
        page.locator("#offers .lines__more").click()
    expect(lines).to_have_count(5)
    expect(page.locator("#id_offers-4-product")).to_be_focused()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(away)
    with waive_scope("a test counts offers"):
        assert Offer.objects.count() == 4


def test_without_scripts_every_line_is_there_and_the_form_works(cast, person, signed_in):
    ProductFactory(name="惠农贷")
    page = signed_in(cast.li, java_script_enabled=False)
    page.expect_trouble("422")
    page.goto(form_of(person))
    expect(page.locator("#offers .lines__line:visible")).to_have_count(3)
    page.locator("[name=offers-2-product]").select_option(index=1)
    page.locator("input[name=met][value=yes]").check(force=True)
    page.locator("#visit-form .button--primary").click()
    # product without result
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    page.locator("[name=offers-2-result]").select_option("accepted")
    page.locator("#visit-form .button--primary").click()
    page.wait_for_url(away)
    assert len(stored()) == 1


def test_enter_goes_on_and_never_sends_half_a_visit(cast, person, signed_in):
    page = signed_in(cast.li)
    page.goto(form_of(person))
    page.locator("[name=needs-0-text]").fill("买牛")
    page.keyboard.press("Enter")
    expect(page.locator("[name=needs-0-due_on]")).to_be_focused()
    for name in ("next_on", "started_at", "note"):
        page.keyboard.press("Enter")
        expect(page.locator(f"[name={name}]")).to_be_focused()
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    expect(page.locator("[name=note]")).to_have_value("a\n")
    assert stored() == []


def test_what_is_wrong_is_marked_in_place_and_nothing_is_lost(cast, person, signed_in):
    page = signed_in(cast.li)
    page.expect_trouble("422")
    page.goto(form_of(person))
    page.keyboard.press("Alt+y")
    key = page.locator("input[name=id]").input_value()
    page.locator("[name=note]").fill("电话13800138000")
    page.locator("[name=needs-0-text]").fill("买三头牛")
    page.keyboard.press("Control+Enter")
    page.locator("[name=note][aria-invalid=true]:focus").wait_for()
    expect(page.locator("[name=needs-0-text]")).to_have_value("买三头牛")
    expect(page.locator("input[name=id]")).to_have_value(key)
    # the swapped form is wired again
    expect(page.locator("#offers .lines__line:visible")).to_have_count(1)
    page.locator("[name=note]").fill("想买三头牛")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(away)
    assert [visit.note for visit in stored()] == ["想买三头牛"]


@pytest.mark.parametrize("trouble", ["away", "broken"])
def test_a_server_in_trouble_costs_nobody_a_word(cast, person, signed_in, trouble):
    page = signed_in(cast.li)
    page.expect_trouble("503|ERR_|htmx:")
    in_trouble = True

    def fail(route):
        if route.request.method != "POST" or not in_trouble:
            return route.continue_()
        return route.abort() if trouble == "away" else route.fulfill(status=503, body="<h1>503</h1>")

    # before the page opens: a page that is open already can send one request past a route set on it
    page.route("**/visits/new/**", fail)
    page.goto(form_of(person))
    page.keyboard.press("Alt+y")
    page.locator("[name=note]").fill("写了很久的备注")
    page.keyboard.press("Control+Enter")
    told = page.locator(".not-sent:focus")
    told.wait_for()
    expect(told).to_contain_text("您填写的内容都还在")
    expect(page.locator("[name=note]")).to_have_value("写了很久的备注")
    in_trouble = False
    page.keyboard.press("Control+Enter")
    page.wait_for_url(away)
    assert [visit.note for visit in stored()] == ["写了很久的备注"]


def test_a_session_that_ended_costs_nobody_a_word(cast, person, signed_in, sign_in_elsewhere):
    page = signed_in(cast.li)
    page.expect_trouble("40[13]")
    page.goto(form_of(person))
    page.keyboard.press("Alt+y")
    page.locator("[name=note]").fill("写了很久的备注")
    Session.objects.all().delete()
    page.keyboard.press("Control+Enter")
    told = page.locator(".not-sent:focus")
    told.wait_for()
    expect(told).to_contain_text("登录已过期")
    link = told.locator("a:visible")
    expect(link).to_have_attribute("href", "/accounts/login/")
    expect(link).to_have_attribute("target", "_blank")
    # somebody else sits down: the visit isn't his
    sign_in_elsewhere(page, cast.chen)
    page.keyboard.press("Control+Enter")
    page.locator("[data-when=other-person]:visible").wait_for()
    assert stored() == []
    sign_in_elsewhere(page, cast.li)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(away)
    assert [(visit.note, visit.staff) for visit in stored()] == [("写了很久的备注", cast.li)]


def test_who_signed_in_again_before_saving_notices_nothing(cast, person, signed_in, sign_in_elsewhere):
    page = signed_in(cast.li)
    page.expect_trouble("403")
    page.goto(form_of(person))
    page.keyboard.press("Alt+y")
    page.locator("[name=note]").fill("写了很久的备注")
    sign_in_elsewhere(page, cast.li)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(away)
    assert [visit.note for visit in stored()] == ["写了很久的备注"]


def test_a_double_click_stores_one_visit(cast, signed_in):
    person = person_in(cast.grid_li, "罗大勇")
    page = signed_in(cast.li)
    page.goto(f"/visits/new/?household={person.household_id}")
    page.keyboard.press("Alt+y")
    page.locator("#visit-form .button--primary").dblclick()
    page.wait_for_url(lambda url: "household" not in url)
    with waive_scope("a test counts visits"):
        assert Visit.objects.count() == 1


def test_the_form_fits_a_phone(cast, signed_in):
    person = person_in(cast.grid_li, "罗大勇")
    page = signed_in(cast.li, narrow=True)
    for url in (
        f"/visits/new/?household={person.household_id}",
        "/visits/today/",
        "/visits/",
        "/visits/new/",
    ):
        page.goto(url)
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        )
