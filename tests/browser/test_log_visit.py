"""A visit is logged in under a minute without touching the mouse."""

from django.utils import timezone

from gridbank.scoping import waive_scope
from tests.factories import ProductFactory
from tests.visits.bodies import person_in
from visits.models import Visit

MOST_KEYS = 40


def test_a_visit_is_logged_with_the_keyboard_only(cast, signed_in):
    """Search, Enter, the note, Ctrl+Enter: the rest is preset. At three keys a second it takes a quarter of a minute."""
    person = person_in(cast.grid_li, "罗大勇")
    person.initials, person.pinyin = "ldy", "luodayong"
    person.save()
    person_in(cast.grid_li, "石小兰")
    ProductFactory(name="惠农贷")
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
    press("Alt+2", "Tab", "ArrowDown", "Tab", "ArrowDown", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab")
    page.locator("textarea[name=note]").focus()
    press("o", "k", "Control+Enter")
    page.wait_for_url(lambda url: "/visits/" in url and "household" not in url)
    with waive_scope("a test looks at what was stored"):
        visit = Visit.objects.get()
    assert (visit.customer, visit.mode, visit.met, visit.note) == (person, "phone", True, "ok")
    assert visit.day == timezone.localdate()
    assert keys <= MOST_KEYS


def test_the_quick_days_and_the_shortcuts(cast, signed_in):
    person = person_in(cast.grid_li, "罗大勇")
    page = signed_in(cast.li)
    page.goto(f"/visits/new/?household={person.household_id}")
    first_id = page.locator("input[name=id]").input_value()
    page.keyboard.press("Alt+n")
    assert page.locator("input[name=met][value=no]").is_checked()
    page.locator("#quick-days button").nth(1).click()
    assert page.locator("input[name=next_on]").input_value() > timezone.localdate().isoformat()
    page.reload()
    assert page.locator("input[name=id]").input_value() != first_id


def test_a_double_click_stores_one_visit(cast, signed_in):
    person = person_in(cast.grid_li, "罗大勇")
    page = signed_in(cast.li)
    page.goto(f"/visits/new/?household={person.household_id}")
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
