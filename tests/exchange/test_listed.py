"""A list as a workbook: plain values, wide enough to be read, under a name in the reader's language."""

from datetime import date
from io import BytesIO
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from customers import services
from exchange.listed import book_send, cell_of, width_of
from people.lists import Book
from tests.customers.filling import ADULT, PHONE
from tests.factories import HouseholdFactory, VisitFactory


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        (3, 3),
        (2.5, 2.5),
        (True, "True"),
        (date(2026, 3, 1), "2026-03-01"),
        ("x" * 40_000, "x" * 32_000),
    ],
)
def test_days_are_written_and_what_is_no_number_is_text(value, cell):
    assert cell_of(value) == cell


def test_a_column_is_as_wide_as_what_stands_in_it():
    assert width_of(["户", None]) == 8
    assert width_of(["石银芝石银芝"]) == 14
    assert width_of(["长" * 99]) == 40


def rows_of(response):
    sheet = load_workbook(BytesIO(response.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_book_has_a_title_a_line_and_its_rows():
    response = book_send(Book("客户", "1 户", ["户", "天"], [["=1+1", 3]], "李娜 P1"))
    assert unquote(response["Content-Disposition"]).endswith(".xlsx")
    found = rows_of(response)
    assert (found[0][0], found[1][0], found[-2], found[-1]) == ("客户", "1 户", ["户", "天"], ["=1+1", 3])


def test_a_list_goes_out_as_it_is_narrowed_and_tells_no_number(client, cast):
    home = HouseholdFactory(grid=cast.grid_li, head_name="曾小明")
    services.customer_create(
        actor=cast.li, household=home,
        data={"name": "曾小明", "relation": "head", "id_type": "resident", "id_number": ADULT, "phone": PHONE},
    )  # fmt: skip
    HouseholdFactory(grid=cast.grid_li, completeness=100)
    HouseholdFactory(grid=cast.grid_wu)
    client.force_login(cast.li)
    for query in ({"archive": "poor"}, {"archive": "poor", "by": "person"}):
        response = client.get("/customers/", {**query, "take": "xlsx"})
        text = str(rows_of(response))
        assert "曾小明" in text
        assert (ADULT in text, PHONE in text) == (False, False)
        assert len(rows_of(response)) == 5
    refused = client.get("/customers/", {"archive": "x", "take": "xlsx"})
    assert refused["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("address", ["/visits/", "/needs/", "/grids/", "/customers/claims/"])
def test_every_list_goes_out(client, cast, address):
    VisitFactory(staff=cast.li, customer__household__grid=cast.grid_li)
    client.force_login(cast.chen)
    response = client.get(address, {"take": "xlsx"})
    assert response["Content-Type"].endswith("sheet")
    assert len(rows_of(response)) >= 4
