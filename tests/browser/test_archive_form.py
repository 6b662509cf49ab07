"""The archive's long forms lose nothing either."""

from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.factories import CustomerFactory


def test_a_household_that_could_not_be_saved_is_still_there(cast, signed_in):
    person = CustomerFactory(household__grid=cast.grid_li, relation="head")
    page = signed_in(cast.li)
    page.expect_trouble("401|422")
    page.goto(f"/customers/households/{person.household_id}/edit/")
    page.fill("[name=livestock]", "黄牛三头")
    page.fill("[name=longitude]", "1")
    page.locator(".button--primary", has_text="保存").click()
    page.locator("[name=longitude][aria-invalid=true]:focus").wait_for()
    expect(page.locator("[name=livestock]")).to_have_value("黄牛三头")
    page.fill("[name=longitude]", "")
    Session.objects.all().delete()
    page.locator(".button--primary", has_text="保存").click()
    page.locator(".not-sent:focus").wait_for()
    expect(page.locator(".not-sent")).to_contain_text("登录已过期")
    expect(page.locator("[name=livestock]")).to_have_value("黄牛三头")


def test_a_saved_household_shows_its_page(cast, signed_in):
    person = CustomerFactory(household__grid=cast.grid_li, relation="head")
    page = signed_in(cast.li)
    page.goto(f"/customers/households/{person.household_id}/edit/")
    page.fill("[name=livestock]", "黄牛三头")
    page.locator(".button--primary", has_text="保存").click()
    page.wait_for_url(f"**/customers/households/{person.household_id}/")
    expect(page.locator("main")).to_contain_text("黄牛三头")
