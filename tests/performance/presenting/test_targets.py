"""How a sheet of targets reads: numbers with a sign where they differ, rates in percent, no sum of rates."""

from datetime import date
from decimal import Decimal

import pytest

from performance import services, targeted
from performance.forms import PlaceForm, SheetForm
from performance.presenting import targets

MONTH = date(2026, 12, 1)
pytestmark = pytest.mark.django_db


def write(cast, key, rows):
    levels = {
        grid.pk: tuple(None if value is None else Decimal(value) for value in values)
        for grid, values in rows.items()
    }
    services.targets_write(actor=cast.chen, grid=cast.east, month=MONTH, indicator=key, rows=levels)


def page(cast, key):
    sheet = targeted.sheet(actor=cast.chen, grid=cast.east, month=MONTH, indicator=key)
    form = SheetForm(sheet=sheet, is_rate=key == "archive_rate")
    asked = PlaceForm({}, actor=cast.chen)
    return targets.page(asked=asked, sheet=sheet, form=form, month=MONTH, indicator=key)


def test_what_the_rows_add_up_to_stands_beside_how_far_it_is_off(cast):
    write(
        cast,
        "new_customers",
        {cast.east: (1000, 1500, None), cast.grid_li: (1200, 1300, 1400), cast.grid_wang: (20, None, None)},
    )
    shown = page(cast, "new_customers")
    assert shown["sums"] == ["1,220", "1,300", "1,400"]
    assert shown["differences"] == ["+220", "-200", ""]
    assert shown["is_off"]
    assert (shown["before"], shown["month"], shown["after"]) == ("2026-11", "2026-12", "2027-01")
    assert [tab["key"] for tab in shown["tabs"] if tab["current"]] == ["new_customers"]


def test_rates_are_not_added_up(cast):
    write(cast, "archive_rate", {cast.east: ("0.8", None, None), cast.grid_li: ("0.9", None, None)})
    shown = page(cast, "archive_rate")
    assert (shown["sums"], shown["differences"], shown["is_off"]) == ([], [], False)


def test_a_line_says_who_wrote_what_waits_and_who_signed_what_stands(cast):
    write(cast, "new_customers", {cast.grid_li: (8, None, None)})
    services.targets_sign(actor=cast.zhao, grid=cast.east, month=MONTH)
    write(cast, "new_customers", {cast.grid_wang: (9, None, None)})
    lines = {line["grid"]: (line["state"], line["by"]) for line in page(cast, "new_customers")["rows"]}
    assert lines == {cast.grid_li: ("signed", cast.zhao), cast.grid_wang: ("draft", cast.chen)}
    assert page(cast, "new_customers")["own"]["state"] == ""


def test_what_a_signature_would_change_stands_beside_what_it_replaces(cast):
    write(cast, "archive_rate", {cast.grid_li: ("0.8", "0.825", None)})
    services.targets_sign(actor=cast.zhao, grid=cast.east, month=MONTH)
    write(cast, "archive_rate", {cast.grid_li: ("0.9", None, None)})
    write(cast, "new_customers", {cast.grid_wang: (10, None, 20)})
    found = targets.unsigned(
        actor=cast.zhao, drafts=targeted.drafts(actor=cast.zhao, grid=cast.east, month=MONTH)
    )
    assert [(one["now"], one["before"]) for one in found] == [
        ("90%", "80% / 82.5%"),
        ("10 / – / 20", ""),
    ]
