"""Several people of a household, typed and pasted as in Excel."""

import re
from datetime import date

from django.utils import timezone
from playwright.sync_api import Page, expect

from customers.models import Customer, Household
from tests.customers.filling import ADULT, PHONE
from tests.factories import CustomerFactory

NEW, MADE = "/customers/households/new/", re.compile(r"/customers/households/\d+/")
MOST_KEYS = 100


class Hands:
    """A keyboard that counts; Ctrl+Enter is two keys."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def type(self, text: str) -> None:
        for sign in text:
            self.page.keyboard.insert_text(sign) if ord(sign) > 255 else self.page.keyboard.press(sign)
        self.keys += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += key.count("+") + 1


def people_of(cast):
    return {one.name: one for one in Customer.objects.visible_to(cast.li)}


def test_four_people_take_no_hundred_keys(cast, signed_in):
    page = signed_in(cast.li)
    page.goto(NEW)
    expect(page.locator("[name=people-0-name]")).to_be_focused()
    hands = Hands(page)
    hands.type("李建国")
    hands.press("Tab", "Tab")
    hands.type(ADULT)
    hands.press("Tab")
    hands.type(PHONE)
    hands.press("Enter")
    hands.type("石银芝")
    hands.press("Tab", "2", "Tab")
    hands.type("19820306")
    hands.press("Enter")
    hands.type("李大松")
    hands.press("Tab", "3", "Tab")
    hands.type("20040506")
    hands.press("Enter")
    hands.type("李小宝")
    hands.press("Tab", "3", "Tab")
    hands.type(f"{timezone.localdate().year - 6}0301")
    hands.press("Tab", "Tab", "Tab", "Tab", "1", "Control+Enter")
    page.wait_for_url(MADE)
    assert hands.keys <= MOST_KEYS
    people = people_of(cast)
    assert [people[name].relation for name in ("李建国", "石银芝", "李大松", "李小宝")] == [
        "head", "spouse", "child", "child",
    ]  # fmt: skip
    assert people["李小宝"].guardian == people["李建国"]
    assert people["李建国"].phone == PHONE


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
            const board = new DataTransfer();
            board.setData("text/plain", text);
            const told = { clipboardData: board, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", told));
        }""",
        text,
    )


def test_what_was_copied_in_excel_fills_the_rows_and_says_what_it_could_not_place(cast, signed_in):
    page = signed_in(cast.li)
    page.goto(NEW)
    paste(
        page,
        f"姓名\t与户主关系\t身份证号\t手机\t监护人\r\n李建国\t户主\t{ADULT}\t{PHONE}\t\r\n"
        + "".join(f"李{number}\t子女\t2020-01-0{number + 1}\t\t李建国\r\n" for number in range(6))
        + "李外甥\t外甥\t1999-01-01\t\t\r\n",
    )
    expect(page.locator("[data-members-told]")).to_contain_text("外甥")
    expect(page.locator("[data-row]")).to_have_count(9)
    page.locator("[name=people-7-relation]").select_option("other")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(MADE)
    people = people_of(cast)
    assert len(people) == 8
    assert (people["李5"].guardian, people["李5"].birth_date) == (people["李建国"], date(2020, 1, 6))


def test_a_phone_and_a_page_without_scripts_have_rows_too(cast, signed_in):
    home = CustomerFactory(household__grid=cast.grid_li, relation="head").household
    page = signed_in(cast.li, narrow=True)
    page.goto(f"/customers/households/{home.pk}/people/")
    expect(page.locator("[data-row]:visible")).to_have_count(1)
    page.locator("[data-members-more]").click()
    expect(page.locator("[name=people-1-name]")).to_be_focused()
    page = signed_in(cast.li, java_script_enabled=False)
    page.goto(NEW)
    page.fill("[name=people-0-name]", "李建国")
    page.locator("[data-plain-more]").click()
    expect(page.locator("[data-row]")).to_have_count(10)
    expect(page.locator("[name=people-0-name]")).to_have_value("李建国")
    # Enter saves: it presses the first button
    page.locator("[name=people-0-name]").press("Enter")
    page.wait_for_url(MADE)
    assert Household.objects.visible_to(cast.li).filter(head_name="李建国").exists()
