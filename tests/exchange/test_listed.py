"""A list as a workbook: plain values, wide enough to be read, under a name in the reader's language."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from customers import services
from exchange.listed import book_send
from exchange.models import ExportLimit
from people.lists import Book
from tests.customers.filling import ADULT, PHONE
from tests.factories import HouseholdFactory, VisitFactory


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


def test_what_is_longer_than_the_banks_limit_is_asked_for(client, cast):
    HouseholdFactory.create_batch(2, grid=cast.grid_li)
    ExportLimit.objects.create(bank_id=cast.root.pk, rows=1)
    client.force_login(cast.li)
    away = client.get("/customers/", {"by": "household", "archive": "poor", "take": "xlsx"})
    assert away.url == "/exchange/exports/new/customers.households/?by=household&archive=poor"
    client.force_login(cast.chen)
    assert client.get("/duplicates/", {"take": "xlsx"})["Content-Type"].endswith("sheet"), (
        "what nobody asks for is free"
    )
    assert client.get("/grids/", {"take": "xlsx"}).url == "/exchange/exports/new/grids/?"
    client.force_login(cast.li)
    ExportLimit.objects.update(rows=2)
    assert client.get("/customers/", {"by": "household", "take": "xlsx"})["Content-Type"].endswith("sheet")
