"""The archive's long forms lose nothing either."""

from django.contrib.sessions.models import Session
from django.test import Client
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


def test_a_need_typed_when_the_session_ended_is_kept_and_saved_after_a_new_sign_in(cast, signed_in, settings):
    person = CustomerFactory(household__grid=cast.grid_li, relation="head")
    page = signed_in(cast.li)
    page.expect_trouble("401|403")
    page.goto(f"/customers/households/{person.household_id}/")
    page.locator("#needs summary").click()
    page.fill("#needs [name=text]", "买两头牛")
    Session.objects.all().delete()
    page.locator("#needs button").click()
    page.locator("#needs .not-sent:focus").wait_for()
    expect(page.locator("#needs .not-sent")).to_contain_text("登录已过期")
    expect(page.locator("#needs [name=text]")).to_have_value("买两头牛")
    # signed in again in another tab, as the same person
    client = Client()
    client.force_login(cast.li, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": page.url}])
    page.locator("#needs button").click()
    expect(page.locator("#needs .list li")).to_have_count(1)
    expect(page.locator("#needs .list")).to_contain_text("买两头牛")


def test_a_saved_household_shows_its_page(cast, signed_in):
    person = CustomerFactory(household__grid=cast.grid_li, relation="head")
    page = signed_in(cast.li)
    page.goto(f"/customers/households/{person.household_id}/edit/")
    page.fill("[name=livestock]", "黄牛三头")
    page.locator(".button--primary", has_text="保存").click()
    page.wait_for_url(f"**/customers/households/{person.household_id}/")
    expect(page.locator("main")).to_contain_text("黄牛三头")
