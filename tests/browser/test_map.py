"""The map in a browser: it and its list point at each other, and hostile names stay text."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import TimeoutError as NoAnswer
from playwright.sync_api import expect

from gridbank.scoping import waive_scope
from grids.models import Assignment, Grid
from tests.factories import HouseholdFactory
from tests.ground.squares import give_ground

HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


def insist(act, answer):
    """Act until there is an answer: Leaflet drops a click that falls into the map's last movement."""
    for patience in (5_000, 5_000, 15_000):
        act()
        try:
            return answer(timeout=patience)
        except NoAnswer:
            continue
    raise AssertionError("no click was answered")


def click_through(page, locator, url, **options):
    insist(partial(locator.click, **options), partial(page.wait_for_url, url))


@pytest.fixture
def page(signed_in, cast):
    give_ground(cast)
    HouseholdFactory(grid=cast.grid_li)
    with waive_scope("a test"):
        Grid.objects.filter(pk=cast.grid_wu.pk).update(name=HOSTILE)
    page = signed_in(cast.zhao)
    page.goto("/grids/map/")
    page.wait_for_selector(".map path.leaflet-interactive")
    page.wait_for_load_state("networkidle")
    return page


def test_a_row_in_focus_marks_its_ground_and_a_click_opens_it(page, cast):
    expect(page.locator(".map path.leaflet-interactive")).to_have_count(3)
    page.locator(f"#map-rows tr[data-grid='{cast.grid_li.pk}'] a").focus()
    expect(page.locator(".map path.is-current")).to_have_count(1)
    page.locator(f"#map-rows tr[data-grid='{cast.grid_li.pk}'] td").first.click()
    popup = page.locator(".map-popup")
    expect(popup).to_contain_text("甲村")
    expect(popup.locator("a")).to_have_attribute("href", f"/grids/{cast.grid_li.pk}/")
    expect(page.locator(".map-note")).to_have_text("边界为示意，非测绘")


def test_a_click_leads_to_the_grid(page, cast):
    ground = page.locator(f".map path[aria-label^='{cast.grid_li.name},']")
    click_through(page, ground, f"**/grids/{cast.grid_li.pk}/", position={"x": 9, "y": 9})


def test_a_click_on_a_service_point_leads_to_the_ground_below(page, cast):
    pin = page.locator(f".map .pin[title*='{cast.grid_wang.name}']")
    click_through(page, pin, f"**/grids/{cast.grid_wang.pk}/")


def test_the_keyboard_walks_over_the_map_and_opens_a_grid(page, cast):
    stops = page.locator(".map path[tabindex='0']")
    # one stop for Tab, however many grids
    expect(stops).to_have_count(1)
    stops.focus()
    here = page.locator(".map path:focus").get_attribute("aria-label")
    assert "本月走访覆盖率" in here
    expect(page.locator(".leaflet-tooltip .map-tip")).to_contain_text(here.split(",")[0])
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    seen = {here}
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        seen.add(page.locator(".map path:focus").get_attribute("aria-label"))
    assert len(seen) > 1
    expect(page.locator("#map-rows tr.is-current")).to_have_count(1)
    name = page.locator(".map path:focus").get_attribute("aria-label").split(",")[0]
    page.keyboard.press("Enter")
    page.wait_for_url("**/grids/*/")
    expect(page.locator("h1")).to_contain_text(name)


def test_a_finger_first_sees_what_it_touched(signed_in, cast):
    give_ground(cast)
    page = signed_in(cast.zhao, narrow=True)
    page.goto("/grids/map/")
    ground = page.locator(f".map path[aria-label^='{cast.grid_li.name},']")
    popup = page.locator(".map-popup")
    insist(partial(ground.tap, position={"x": 9, "y": 9}), popup.wait_for)
    expect(popup).to_contain_text(cast.grid_li.name)
    popup.locator("a").tap()
    page.wait_for_url(f"**/grids/{cast.grid_li.pk}/")


def test_without_scripts_the_list_is_the_map(signed_in, cast):
    give_ground(cast)
    page = signed_in(cast.zhao, java_script_enabled=False)
    page.goto("/grids/map/")
    expect(page.locator("#map-rows tbody tr")).to_have_count(3)
    expect(page.locator(".map")).to_be_hidden()
    page.select_option("[name=level]", "branch")
    page.locator(".filters button").click()
    expect(page.locator("#map-rows tbody tr")).to_have_count(2)


def test_a_hostile_name_is_text_in_the_popup(page, cast):
    page.locator(f"#map-rows tr[data-grid='{cast.grid_wu.pk}'] td").first.click()
    expect(page.locator(".map-popup")).to_contain_text(HOSTILE)
    expect(page.locator(".map img")).to_have_count(0)
    assert "owned" not in page.title()


def test_another_measure_is_one_choice_away(page):
    page.select_option("[name=measure]", "archive")
    page.wait_for_url("**/grids/map/?measure=archive*")
    page.wait_for_selector(".map path.leaflet-interactive")


def test_a_class_of_the_legend_leaves_its_grids_alone_in_sight(page, cast):
    unknown = page.locator(".legend__choice", has=page.locator(".legend__key--none"))
    expect(unknown.locator(".legend__count")).to_have_text("2")
    unknown.click()
    expect(unknown).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".map path.is-dimmed")).to_have_count(1)
    expect(page.locator("#map-rows tbody tr:visible")).to_have_count(2)
    unknown.click()
    expect(page.locator(".map path.is-dimmed")).to_have_count(0)


def test_the_list_is_searched_by_grid_and_by_person(page, cast):
    field = page.locator("#map-rows-search")
    for wanted in (cast.grid_li.name, cast.li.name):
        field.fill(wanted)
        expect(page.locator("#map-rows tbody tr:visible")).to_have_count(1)
    field.fill("")
    expect(page.locator("#map-rows tbody tr:visible")).to_have_count(3)


def test_what_is_not_known_is_hatched_and_what_is_behind_carries_its_number(page, cast):
    ground = page.locator(f".map path[aria-label^='{cast.grid_wang.name},']")
    expect(ground).to_have_attribute("fill", "url(#map-hatch)")
    assert ground.evaluate("path => getComputedStyle(path).fill").startswith("url(")
    expect(page.locator(".map-label--4 strong")).to_have_count(1)


OUTLINES = """() => Object.fromEntries([...document.querySelectorAll(".map .map-outline path")].map((path) => {
  const [line, frame] = [path, path.ownerSVGElement].map((each) => each.getBoundingClientRect());
  return [path.getAttribute("class"), line.width + line.height > 0 && frame.width >= line.width];
}))"""


def test_vacant_ground_and_the_sides_of_branches_are_really_drawn(signed_in, cast):
    give_ground(cast)
    with waive_scope("a test"):
        Assignment.objects.filter(grid=cast.grid_li).update(valid_to=timezone.localdate() - timedelta(days=1))
    page = signed_in(cast.zhao)
    page.goto("/grids/map/")
    page.wait_for_selector(".map path.map-vacant")
    drawn = {"map-border": True, "map-vacant-halo": True, "map-vacant": True}
    assert page.evaluate(OUTLINES) == drawn


LEGEND = """() => {
  const [key, map] = [".map-caption", ".map"].map((each) => document.querySelector(each).getBoundingClientRect());
  const grounds = [...document.querySelectorAll(".map path[data-grid]")];
  const below = grounds.filter((path) => {
    const length = path.getTotalLength();
    const to = path.getScreenCTM();
    return [...Array(200).keys()].some((step) => {
      const { x, y } = path.getPointAtLength(length * step / 200).matrixTransform(to);
      return x > key.left && x < key.right && y > key.top && y < key.bottom;
    });
  });
  return { below: below.length, seen: key.top >= 0 && key.bottom <= innerHeight, inside: key.top > map.top };
}"""


@pytest.mark.parametrize(("path", "inside"), [("/", True), ("/grids/map/", True)])
def test_the_legend_is_seen_without_scrolling_and_covers_no_ground(signed_in, cast, path, inside):
    give_ground(cast)
    page = signed_in(cast.zhao, viewport={"width": 1366, "height": 768})
    page.goto(path)
    page.wait_for_selector(".legend__choice")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(LEGEND) == {"below": 0, "seen": True, "inside": inside}


def test_where_a_map_is_narrow_its_legend_stands_above(signed_in, cast):
    give_ground(cast)
    page = signed_in(cast.chen, viewport={"width": 1366, "height": 768})
    page.goto("/")
    page.wait_for_selector(".legend__choice")
    page.wait_for_load_state("networkidle")
    seen = page.evaluate(LEGEND)
    assert (seen["below"], seen["inside"]) == (0, False)
