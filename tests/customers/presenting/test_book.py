"""A household as a workbook: its people, what they hold, its visits; masked, and text stays text."""

from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from customers import services
from customers.presenting import book
from products.models import Holding
from tests.customers.filling import ADULT, PHONE
from tests.factories import CustomerFactory, HouseholdFactory, ProductFactory, VisitFactory


def holds(person, name):
    Holding.objects.create(customer=person, product=ProductFactory(name=name), since=date(2020, 1, 1))


def filled(cast):
    home = HouseholdFactory(grid=cast.grid_li, head_name="曾小明")
    person = services.customer_create(
        actor=cast.li, household=home,
        data={"name": "=曾小明", "relation": "head", "id_type": "resident", "id_number": ADULT, "phone": PHONE},
    )  # fmt: skip
    holds(person, "惠农快贷")
    VisitFactory(staff=cast.li, customer=person)
    return home


def test_each_app_has_a_sheet_and_no_number_stands_in_clear(cast):
    home = filled(cast)
    holds(CustomerFactory(household__grid=cast.grid_li), "别家的")
    leaves = book.read(actor=cast.li, household=home)
    body, name = book.written(leaves, actor=cast.li, household=home)
    sheets = [
        [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in load_workbook(BytesIO(body))
    ]
    assert [len(sheet) - 4 for sheet in sheets] == [1, 1, 1]
    people, held, visits = (str(sheet) for sheet in sheets)
    assert "'=曾小明'" in people
    assert PHONE[-4:] in people
    assert not [number for number in (ADULT, PHONE) if number in str(sheets)]
    assert "惠农快贷" in held
    assert "别家的" not in held
    assert cast.li.name in visits
    assert home.code in name


def test_a_household_of_nobody_has_empty_sheets(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    assert [leaf.rows for leaf in book.read(actor=cast.li, household=home)] == [[], [], []]
