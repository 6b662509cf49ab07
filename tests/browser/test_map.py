"""The map in a browser: it and its list point at each other, and hostile names stay text."""

import pytest

from gridbank.scoping import waive_scope
from grids.models import Grid
from tests.factories import HouseholdFactory
from tests.grids.ground import give_ground

HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


@pytest.fixture
def page(signed_in, cast):
    give_ground(cast)
    HouseholdFactory(grid=cast.grid_li)
    with waive_scope("a test"):
        Grid.objects.filter(pk=cast.grid_wu.pk).update(name=HOSTILE)
    page = signed_in(cast.zhao)
    page.goto("/grids/map/")
    page.wait_for_selector(".map path.leaflet-interactive")
    return page


def test_a_row_in_focus_marks_its_ground_and_a_click_opens_it(page, cast):
    assert page.locator(".map path.leaflet-interactive").count() == 3
    page.locator(f"#map-rows tr[data-grid='{cast.grid_li.pk}'] a").focus()
    assert page.locator(".map path.is-current").count() == 1
    page.locator(f"#map-rows tr[data-grid='{cast.grid_li.pk}'] td").first.click()
    popup = page.locator(".map-popup")
    assert "甲村" in popup.inner_text()
    assert popup.locator("a").get_attribute("href") == f"/grids/{cast.grid_li.pk}/"
    assert page.locator(".map-note").inner_text() == "边界为示意，非测绘"


def test_a_hostile_name_is_text_in_the_popup(page, cast):
    page.locator(f"#map-rows tr[data-grid='{cast.grid_wu.pk}'] td").first.click()
    page.wait_for_selector(".map-popup")
    assert HOSTILE in page.locator(".map-popup").inner_text()
    assert page.locator(".map img").count() == 0
    assert "owned" not in page.title()


def test_another_measure_is_one_choice_away(page):
    page.select_option("[name=measure]", "archive")
    page.wait_for_url("**/grids/map/?measure=archive*")
    page.wait_for_selector(".map path.leaflet-interactive")
