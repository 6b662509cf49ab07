"""A grid's page has places for apps that this one doesn't know."""

import pytest

from grids import panels
from grids.panels import Opened, Place, panels_for, register


@pytest.fixture(autouse=True)
def _nobody_else(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})


def test_a_panel_is_filled_for_who_opened_which_grid(cast):
    asked = []

    def read(opened):
        asked.append(opened)
        return {"rows": [1, 2]}

    register("x/_part.html", read, Place.TERRITORY, head="x/_head.html")
    opened = Opened(cast.li, cast.grid_li)
    assert panels_for(opened) == [
        {"template": "x/_part.html", "place": "territory", "head": "x/_head.html", "rows": [1, 2]}
    ]
    assert asked == [opened]


def test_panels_stand_in_the_order_of_the_apps_and_without_a_head_unless_they_need_one(cast):
    for name, place in (("b", Place.LIST), ("a", Place.TERRITORY), ("c", Place.LIST)):
        register(f"{name}.html", lambda _opened: {}, place)
    found = panels_for(Opened(cast.li, cast.grid_li))
    assert [(one["template"], one["place"], one["head"]) for one in found] == [
        ("b.html", "list", ""), ("a.html", "territory", ""), ("c.html", "list", ""),
    ]  # fmt: skip


def test_a_panel_that_is_added_twice_stands_once(cast):
    """An app that is made ready again, as in a shell, doubles nothing; the later filling holds."""
    for rows in (1, 2):
        register("x.html", lambda _opened, rows=rows: {"rows": rows}, Place.LIST)
    (found,) = panels_for(Opened(cast.li, cast.grid_li))
    assert found["rows"] == 2


def test_without_a_panel_the_page_has_none(cast):
    assert panels_for(Opened(cast.li, cast.grid_li)) == []


def test_the_page_draws_what_the_apps_registered(cast, enter, monkeypatch):
    register("customers/_consents.html", lambda _opened: 1 / 0, Place.LIST)
    with pytest.raises(ZeroDivisionError):
        enter(cast.chen).get(cast.grid_li.get_absolute_url())
