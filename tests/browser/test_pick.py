"""Menus that are typed into: by pinyin initials, with the keyboard alone, as a combobox, and without scripts."""

from playwright.sync_api import expect

from grids.models import Assignment
from tests.factories import CustomerFactory, ProductFactory


def test_a_product_is_typed_by_its_initials_and_enter_leads_on(cast, signed_in):
    for name in ("农机具贷款", "农村建房贷款", "手机银行"):
        ProductFactory(name=name)
    home = CustomerFactory(household__grid=cast.grid_li, relation="head").household
    page = signed_in(cast.li)
    page.goto(f"/visits/new/?household={home.pk}")
    box = page.locator("#id_offers-0-product")
    expect(box).to_have_attribute("role", "combobox")
    box.focus()
    page.keyboard.type("njd")
    items = page.locator("#offers [role=option]")
    expect(items).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_have_attribute("aria-selected", "true")
    wanted = items.nth(1).text_content()
    page.keyboard.press("Enter")
    expect(box).to_have_value(wanted)
    expect(page.locator("[name=offers-0-result]")).to_have_value("offered")
    expect(page.locator("[name=offers-0-result]")).to_be_focused()
    # what is typed and not chosen is no choice
    box.fill("没有")
    page.keyboard.press("Escape")
    expect(box).to_have_value(wanted)
    # a line that is copied has a box of its own
    for _ in range(3):
        page.locator("#offers .lines__more").click()
    page.locator("#id_offers-3-product").fill("sjyh")
    page.keyboard.press("Enter")
    expect(page.locator("[name=offers-3-product]")).not_to_have_value("")
    expect(page.locator("[name=offers-0-product] option:checked")).to_have_text(wanted)


def test_a_person_is_assigned_by_pinyin_and_without_scripts_by_the_menu(cast, signed_in):
    url = f"/grids/{cast.grid_li.pk}/assignments/new/"
    page = signed_in(cast.chen)
    page.goto(url)
    box = page.locator("#id_user")
    expect(box).to_be_focused()
    page.keyboard.type("wl")
    expect(page.locator("[role=option]")).to_contain_text(["王磊"])
    page.keyboard.press("Enter")
    expect(box).to_have_value("王磊")
    page.locator("main .button--primary").click()
    expect(page.locator(".messages")).to_contain_text("王磊主责")
    assert Assignment.everywhere().filter(grid=cast.grid_li, user=cast.wang).exists()
    page = signed_in(cast.chen, java_script_enabled=False)
    page.goto(url)
    page.locator("select[name=user]").select_option(str(cast.wang.pk))
