"""A draft is drawn on with mouse and keyboard: what the map writes is what is kept, and three hundred grids stay fluid."""

import json

import pytest
from playwright.sync_api import expect

from gridbank.scoping import waive_scope
from ground import services
from ground.drafts import sheet
from ground.models import Layout
from tests.browser.test_axe import ASK, AXE, COLOURS
from tests.browser.test_narrow import FITS, MEASURE, OPEN
from tests.factories import GridFactory
from tests.ground.drafting import Villages, opened
from tests.ground.squares import give_ground, square

MIDDLE = """(key) => {
  const { x, y, width, height } = document.querySelector(`.map path[data-key='${key}']`).getBoundingClientRect();
  return { left: x, top: y, width, height, x: x + width / 2, y: y + height / 2 };
}"""


@pytest.fixture
def draft(cast):
    with waive_scope("a test"):
        villages = Villages(cast)
        give_ground(cast)
        row = opened(cast)
    row.villages = villages
    return row


def address(row):
    return f"/grids/layouts/{row.pk}/draw/"


def show(page, row):
    page.goto(address(row))
    page.wait_for_selector(".map path[data-key]")
    page.wait_for_load_state("networkidle")
    return page


def names(cast, row):
    with waive_scope("a test"):
        row = Layout.objects.get(pk=row.pk)
        found = sheet(actor=cast.chen, layout=row)
    areas = {found.cells[key].name: round(ground.area, 4) for key, ground in found.grounds.items()}
    return {cell.name: areas[cell.name] for cell in found.open_cells}, [one.kind for one in found.must]


def kept(page, number):
    expect(page.locator("h1")).to_contain_text(f"草稿 {number}")
    page.wait_for_selector(".map path[data-key]")
    page.wait_for_load_state("networkidle")


def press(page, x, y):
    # the library drops a second click that comes at once
    page.mouse.move(x, y, steps=4)
    page.wait_for_timeout(120)
    page.mouse.click(x, y)
    page.wait_for_timeout(120)


def test_a_line_through_a_grid_cuts_it(signed_in, cast, draft):
    page = show(signed_in(cast.chen), draft)
    here = page.evaluate(MIDDLE, draft.villages.li)
    press(page, here["x"], here["y"])
    expect(page.locator(".map path.draw-chosen")).to_have_count(1)
    page.click("[data-tool=cut]")
    form = page.locator("[data-form=cut]")
    expect(form.locator("[role=combobox]")).to_have_value("甲村")
    # it ends on the edges: the corners are caught by them
    for x in (here["left"] + 3, here["left"] + here["width"] - 3):
        press(page, x, here["y"])
    expect(page.locator(".leaflet-draw-tooltip")).to_contain_text("再点最后一点结束")
    press(page, here["left"] + here["width"], here["y"])
    expect(page.locator("[data-said]")).to_contain_text("核对")
    name = form.locator("[name=name]")
    expect(name).to_be_focused()
    name.fill("甲北")
    name.press("Enter")
    kept(page, 2)
    found, must = names(cast, draft)
    assert set(found) == {"甲村", "甲北", "乙村"}
    assert (found["甲村"], found["甲北"]) == pytest.approx((0.005, 0.005), abs=0.0004)
    assert must == []
    # the button of the message, or Ctrl+Z, takes it back
    page.keyboard.press("Control+z")
    kept(page, 3)
    assert set(names(cast, draft)[0]) == {"甲村", "乙村"}


def test_a_corner_is_dragged_and_the_neighbour_follows(signed_in, cast, draft):
    page = show(signed_in(cast.chen), draft)
    page.click(f".draw__cells a[data-cell='{draft.villages.wang}']")
    page.click("[data-tool=draw]")
    corners = page.locator(".draw-corner:visible")
    expect(corners).to_have_count(8)
    here = page.evaluate(MIDDLE, draft.villages.wang)
    (left, top) = (here["left"] + 2, here["top"] + 2)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 20, top, steps=3)
    page.mouse.move(left + here["width"] / 2, top, steps=5)
    page.mouse.up()
    field = page.locator("[data-form=draw] textarea")
    assert json.loads(field.input_value())["type"] == "Polygon"
    page.click("[data-form=draw] button.button--primary")
    kept(page, 2)
    found, must = names(cast, draft)
    assert found["乙村"] == pytest.approx(0.0075, abs=0.0005)
    assert sum(found.values()) == pytest.approx(0.02, abs=1e-4)
    assert must == []


def test_a_new_grid_is_drawn_and_a_corner_taken_back(signed_in, cast, draft):
    page = show(signed_in(cast.chen), draft)
    here = page.evaluate(MIDDLE, draft.villages.li)
    page.click("[data-tool=new]")
    (x, y) = (here["x"], here["y"])
    for to in ((x - 40, y - 40), (x + 40, y - 40), (x + 70, y + 10)):
        press(page, *to)
    page.keyboard.press("Control+z")
    for to in ((x + 40, y + 40), (x - 40, y + 40), (x - 40, y - 40)):
        press(page, *to)
    page.locator("[data-form=new] [name=name]").fill("集市")
    page.click("[data-form=new] button.button--primary")
    kept(page, 2)
    found, must = names(cast, draft)
    assert set(found) == {"甲村", "乙村", "集市"}
    assert sum(found.values()) == pytest.approx(0.02, abs=1e-4)
    with waive_scope("a test"):
        row = Layout.objects.get(pk=draft.pk)
        drawn = sheet(actor=cast.chen, layout=row).grounds["n1"]
    assert len(drawn.exterior.coords) == 5
    assert must == []


def test_two_clicks_choose_what_is_merged(signed_in, cast, draft):
    page = show(signed_in(cast.chen), draft)
    page.click("[data-tool=merge]")
    for key in (draft.villages.wang, draft.villages.li):
        here = page.evaluate(MIDDLE, key)
        # beside the sign of a finding
        press(page, here["x"], here["y"] - 40)
    boxes = page.locator("[data-form=merge] [role=combobox]")
    expect(boxes.nth(0)).to_have_value("乙村")
    expect(boxes.nth(1)).to_have_value("甲村")
    page.click("[data-form=merge] button.button--primary")
    kept(page, 2)
    assert names(cast, draft)[0] == {"甲村": 0.02}


def test_by_keyboard_a_grid_is_chosen_and_named(signed_in, cast, draft):
    page = show(signed_in(cast.chen), draft)
    page.locator(f".draw__cells a[data-cell='{draft.villages.li}']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map path.draw-chosen")).to_have_attribute("data-key", draft.villages.li)
    page.locator("[data-form=rename] summary").first.focus()
    page.keyboard.press("Enter")
    name = page.locator("[data-form=rename] [name=name]")
    expect(page.locator("[data-form=rename] [role=combobox]")).to_have_value("甲村")
    name.fill("甲大村")
    name.press("Enter")
    kept(page, 2)
    assert set(names(cast, draft)[0]) == {"甲大村", "乙村"}


def test_every_finding_with_a_place_is_found_on_the_map(signed_in, cast, draft):
    with waive_scope("a test"):
        services.layout_draw(
            actor=cast.chen, layout=draft, version=1, cell=draft.villages.wang, shape=square(107.05)
        )
    page = show(signed_in(cast.chen), draft)
    mark = page.locator(".draw-mark--must")
    expect(mark).to_have_count(1)
    number = mark.inner_text()
    page.locator(f"[data-finding='{number}']").click()
    text = page.locator(".findings__one", has=page.locator(f"[data-finding='{number}']"))
    expect(page.locator(".leaflet-popup-content")).to_have_text(text.locator("[data-cell]").inner_text())


def test_what_is_refused_comes_back_drawn(signed_in, cast, draft):
    page = show(signed_in(cast.chen), draft)
    page.expect_trouble("422")
    page.locator("[data-form=new] > summary").click()
    page.keyboard.press("Escape")
    page.locator("[data-form=new] [name=name]").fill("甲村")
    page.locator("[data-form=new] .draw__numbers summary").click()
    page.locator("[data-form=new] textarea").fill(json.dumps(square(107.02, 25.02, 0.02)))
    page.click("[data-form=new] button.button--primary")
    expect(page.locator("[data-form=new] .field__error")).to_contain_text("同名")
    page.wait_for_selector(".map path[data-key]")
    expect(page.locator(".map path.draw-sketch")).to_have_count(1)
    page.locator("[data-form=new] [name=name]").fill("集市")
    page.click("[data-form=new] button.button--primary")
    kept(page, 2)


def test_without_scripts_the_forms_take_coordinates(signed_in, cast, draft):
    page = signed_in(cast.chen, java_script_enabled=False)
    page.goto(f"{address(draft)}?cell={draft.villages.li}")
    expect(page.locator("[data-bar]")).to_be_hidden()
    page.locator("[data-form=cut] > summary").click()
    expect(page.locator("[data-form=cut] select")).to_have_value(draft.villages.li)
    page.fill("[data-form=cut] [name=name]", "甲北")
    page.locator("[data-form=cut] .draw__numbers summary").click()
    page.fill(
        "[data-form=cut] textarea",
        json.dumps({"type": "LineString", "coordinates": [[107, 25.06], [107.1, 25.06]]}),
    )
    page.click("[data-form=cut] button.button--primary")
    expect(page.locator("h1")).to_contain_text("草稿 2")
    assert set(names(cast, draft)[0]) == {"甲村", "甲北", "乙村"}


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_it_is_read_by_everybody_and_fits_a_phone(signed_in, cast, draft, narrow):
    with waive_scope("a test"):
        services.layout_draw(
            actor=cast.chen, layout=draft, version=1, cell=draft.villages.wang, shape=square(107.05)
        )
    page = signed_in(cast.chen, narrow=narrow, language="en" if narrow else "zh-hans")
    page.add_init_script(AXE)
    page.emulate_media(color_scheme="dark" if narrow else "light", reduced_motion="reduce")
    show(page, draft)
    if narrow:
        page.evaluate(OPEN)
        assert page.evaluate(MEASURE) == FITS
    found = page.evaluate(ASK, None)
    page.emulate_media(color_scheme="light" if narrow else "dark", reduced_motion="reduce")
    assert found + page.evaluate(ASK, COLOURS) == []


DRAG = """async () => {
  const corner = [...document.querySelectorAll(".draw-corner")].find((each) => each.offsetParent);
  const { x, y, width } = corner.getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, button: 0, buttons: 1, pointerType: "mouse", pointerId: 1, view: window };
  const act = (to, name, step) => to.dispatchEvent(
    new MouseEvent(name, { ...at, clientX: x + width / 2 + step * 3, clientY: y + width / 2 + step }),
  );
  const drawn = new Set();
  const watch = new MutationObserver((all) => all.forEach((each) => drawn.add(each.target)));
  watch.observe(document.querySelector(".map svg"), { subtree: true, attributeFilter: ["d"] });
  act(corner, "mousedown", 0);
  for (let step = 1; step <= 30; step += 1) act(corner, "mousemove", step);
  act(corner, "mouseup", 30);
  await new Promise(requestAnimationFrame);
  return [drawn.size, document.querySelectorAll(".map path[data-key]").length];
}"""


@pytest.mark.slow
def test_three_hundred_grids_stay_fluid(signed_in, cast):
    grids = GridFactory.create_batch(300, parent=cast.west)
    ring = [[i / 1000, 0] for i in range(10)] + [[0.01, i / 1000] for i in range(10)]
    ring += [[0.01 - i / 1000, 0.01] for i in range(10)] + [[0, 0.01 - i / 1000] for i in range(10)]
    services.boundaries_bulk_set(
        actor=None,
        boundaries={
            grid.pk: {
                "type": "Polygon",
                "coordinates": [
                    [
                        [round(107 + at % 20 / 100 + x, 6), round(25 + at // 20 / 100 + y, 6)]
                        for x, y in [*ring, ring[0]]
                    ]
                ],
            }
            for at, grid in enumerate(grids)
        },
    )
    with waive_scope("a test"):
        row = opened(cast, actor=cast.zhao, grid=cast.west)
    page = show(signed_in(cast.zhao), row)
    expect(page.locator(".map path[data-key]")).to_have_count(300)
    page.locator(f".draw__cells a[data-cell='g{grids[150].pk}']").click()
    page.click("[data-tool=draw]")
    page.wait_for_selector(".draw-corner")
    drawn, there = page.evaluate(DRAG)
    # what is dragged and who lies beside it; the rest isn't touched
    assert 1 <= drawn <= 12 < there
