"""Boxes in a frame are found by what is typed above them, and ticked without a mouse."""

from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import HouseholdFactory


def test_households_are_found_by_sound_and_ticked_by_keys(signed_in, cast):
    wanted = HouseholdFactory(grid=cast.grid_li, head_name="陆德祥")
    for name in ("王小明", "石银芝"):
        HouseholdFactory(grid=cast.grid_li, head_name=name)
    page = signed_in(cast.chen)
    page.goto(f"{reverse('grids:handover-new')}?giver={cast.li.pk}&kind=households")
    boxes = page.locator(".ticks__one")
    expect(boxes).to_have_count(3)
    page.get_by_role("searchbox", name="按姓名、拼音").focus()
    for typed in ("ludexiang", "ldx", "德祥", wanted.code):
        page.keyboard.press("Control+a")
        page.keyboard.type(typed)
        expect(page.locator(".ticks__one:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(f".ticks input[value='{wanted.code}']")).to_be_checked()
    # what is ticked stays in sight, and the form is not sent by it
    page.keyboard.type("shiyinzhi")
    expect(page.locator(".ticks__one:visible")).to_have_count(2)
    expect(page.locator("h1")).to_contain_text("移交")


def test_without_scripts_every_box_is_there(signed_in, cast):
    HouseholdFactory.create_batch(2, grid=cast.grid_li)
    page = signed_in(cast.chen, java_script_enabled=False)
    page.goto(f"{reverse('grids:handover-new')}?giver={cast.li.pk}&kind=households")
    expect(page.locator(".ticks__one")).to_have_count(2)
