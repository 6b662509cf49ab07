"""Places on a household's page for the apps downstream."""

import pytest

from customers import panels
from customers.panels import Opened, Place, panels_for, register


@pytest.fixture
def opened(cast, home):
    return Opened(cast.li, home, [], may_write=True)


@pytest.fixture(autouse=True)
def _no_panels(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})


def test_a_panel_is_read_with_the_page_that_is_read_already(opened):
    asked = []
    register("a.html", lambda page: asked.append(page) or {"note": "one"})
    assert panels_for(opened) == [{"template": "a.html", "place": "aside", "note": "one"}]
    assert asked == [opened]


def test_panels_stand_in_the_order_in_which_their_apps_came(opened):
    for name, place in (("b", Place.MAIN), ("a", Place.ASIDE), ("c", Place.MAIN)):
        register(name, lambda _page: {}, place)
    found = [(panel["template"], panel["place"]) for panel in panels_for(opened)]
    assert found == [("b", "main"), ("a", "aside"), ("c", "main")]


def test_an_app_that_is_ready_twice_has_one_panel(opened):
    register("a", lambda _page: {"note": "old"})
    register("b", lambda _page: {})
    register("a", lambda _page: {"note": "new"}, Place.MAIN)
    assert panels_for(opened) == [
        {"template": "a", "place": "main", "note": "new"},
        {"template": "b", "place": "aside"},
    ]


def test_a_panel_that_breaks_is_not_passed_over(opened):
    """A page without its needs would look as if there were none."""

    def broken(_page):
        raise LookupError

    register("a", broken)
    with pytest.raises(LookupError):
        panels_for(opened)
