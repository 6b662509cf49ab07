"""Deaths that a file tells of."""

from datetime import date

from exchange import selectors
from tests.customers.corefiles import numbered, stored
from tests.exchange.files import worked

HEAD = ["身份证号", "死亡日期"]


def test_deaths_are_told_once_and_taken_back(cast):
    person = numbered(cast.grid_li)
    row = [person.id_number, "2026-11-20"]
    batch, told = stored(cast.zhao, "deaths", HEAD, row)
    person.refresh_from_db()
    assert (told, person.died_on) == ({"rows": 1, "new": 1}, date(2026, 11, 20))
    assert stored(cast.zhao, "deaths", HEAD, row)[1] == {"rows": 1, "unchanged": 1}
    assert stored(cast.zhao, "deaths", HEAD, [row[0], "2026-11-19"])[1] == {"rows": 1, "wrong": 1}
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 1
    person.refresh_from_db()
    assert person.died_on is None


def test_a_death_is_told_by_somebody(cast):
    person = numbered(cast.grid_li)
    assert stored(None, "deaths", HEAD, [person.id_number, "2026-11-20"])[1] == {"rows": 1, "wrong": 1}
    assert stored(cast.zhao, "deaths", HEAD, [person.id_number, "2026-12-20"])[1] == {"rows": 1, "wrong": 1}
